//! By which way a citizen or one of the staff is reached.

use contracts::intake::ContactPoint;
use contracts::notification::Transport;

/// Which ways are configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ways {
    /// An SMS gateway.
    pub sms: bool,
    /// A mail server.
    pub email: bool,
}

/// Whether there is any address; a report without identity has none.
#[must_use]
pub fn is_reachable(contact: &ContactPoint) -> bool {
    !contact.phone.trim().is_empty() || !contact.email.trim().is_empty()
}

/// SMS before e-mail, for most read it sooner, but for what has something enclosed; the outbox file where neither way
/// leads there.
#[must_use]
pub fn transport(contact: &ContactPoint, ways: Ways, encloses: bool) -> Transport {
    if ways.sms && !encloses && !contact.phone.trim().is_empty() {
        Transport::Sms
    } else if ways.email && !contact.email.trim().is_empty() {
        Transport::Email
    } else {
        Transport::File
    }
}

/// The address that a notice goes to, masked.
#[must_use]
pub fn masked_address(contact: &ContactPoint) -> String {
    let address = if contact.phone.trim().is_empty() { &contact.email } else { &contact.phone };
    masked(address)
}

/// An address that can be recognised by who knows it, and by nobody else.
#[must_use]
pub fn masked(address: &str) -> String {
    let address = address.trim();
    let count = address.chars().count();
    let shown = |place: usize| count >= 8 && (place < 2 || place + 2 >= count);
    address.chars().enumerate().map(|(place, letter)| if shown(place) { letter } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(phone: &str, email: &str) -> ContactPoint {
        ContactPoint { phone: phone.into(), email: email.into(), ..Default::default() }
    }

    #[test]
    fn the_way_follows_from_addresses_and_configuration() {
        let (both, none) = (Ways { sms: true, email: true }, Ways::default());
        let plain = |contact, ways| transport(&contact, ways, false);
        assert_eq!(plain(contact("0912", "a@b.ir"), both), Transport::Sms);
        assert_eq!(plain(contact("", "a@b.ir"), both), Transport::Email);
        assert_eq!(plain(contact("0912", "a@b.ir"), Ways { sms: false, email: true }), Transport::Email);
        assert_eq!(plain(contact("0912", ""), Ways { sms: false, email: true }), Transport::File);
        assert_eq!(plain(contact("0912", "a@b.ir"), none), Transport::File);
        assert_eq!(transport(&contact("0912", "a@b.ir"), both, true), Transport::Email);
        assert_eq!(transport(&contact("0912", ""), both, true), Transport::File, "no SMS encloses anything");
        assert!(!is_reachable(&contact(" ", "")) && is_reachable(&contact("", "a@b.ir")));
    }

    #[test]
    fn a_masked_address_hides_what_it_is() {
        assert_eq!(masked_address(&contact("09121234567", "")), "09*******67");
        assert_eq!(masked_address(&contact("", "a@b.ir")), "******");
    }
}
