//! Who of the staff is told of a province, of the country or of an agency, as they are imported.

use std::collections::HashSet;

use contracts::intake::ContactPoint;

/// Longest code; also of a province.
const CODE: usize = 60;
/// Longest name or address.
const TEXT: usize = 200;

/// One of the staff.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipient {
    /// Its code.
    pub recipient: String,
    /// Empty: the whole country.
    pub province: String,
    /// Is told what concerns this agency, and nothing of its province; empty: of no agency.
    pub agency: String,
    /// Name and addresses.
    pub contact: ContactPoint,
    /// Is told nothing any more.
    pub withdrawn: bool,
}

/// One thing that is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The row and field, e.g. `recipients[3].email`.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

fn is_token(text: &str) -> bool {
    (1..=CODE).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn is_line(text: &str) -> bool {
    text.chars().count() <= TEXT && !text.chars().any(char::is_control)
}

/// Everything that is wrong with an import. Nothing of an address is repeated.
#[must_use]
pub fn faults(import: &[Recipient]) -> Vec<Fault> {
    let (mut faults, mut seen) = (Vec::new(), HashSet::new());
    for (row, one) in import.iter().enumerate() {
        let ContactPoint { name, email, phone, .. } = &one.contact;
        let email = email.as_str();
        let is_address = email.split_once('@').is_some_and(|(who, at)| !who.is_empty() && !at.is_empty());
        let letters = "must be 1 to 60 lower-case letters, digits and hyphens";
        for (fine, field, reason) in [
            (is_token(&one.recipient), "recipient", letters),
            (seen.insert(&one.recipient), "recipient", "is there twice"),
            (one.province.is_empty() || is_token(&one.province), "province", letters),
            (one.agency.is_empty() || is_token(&one.agency), "agency", letters),
            (!name.trim().is_empty() && is_line(name), "name_fa", "must be 1 to 200 characters"),
            (is_address && is_line(email), "email", "must be an e-mail address"),
            (is_line(phone), "phone", "must be a telephone number"),
        ] {
            if !fine {
                faults.push(Fault { place: format!("recipients[{row}].{field}"), reason: reason.to_owned() });
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(recipient: &str, province: &str, email: &str) -> Recipient {
        let contact =
            ContactPoint { name: "استاندار".into(), email: email.into(), ..Default::default() };
        let (recipient, province, agency) = (recipient.into(), province.into(), String::new());
        Recipient { recipient, province, agency, contact, withdrawn: false }
    }

    #[test]
    fn a_row_is_refused_with_its_field_and_without_its_address() {
        let fine =
            [one("fars-governor", "fars", "governor@fars.example.ir"), one("monitor", "", "m@example.ir")];
        assert!(faults(&fine).is_empty());
        let bad = [one("monitor", "", "m@example.ir"), one("monitor", "Fars", "secret.example.ir")];
        let found = faults(&bad);
        let places: Vec<_> = found.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(places, ["recipients[1].recipient", "recipients[1].province", "recipients[1].email"]);
        assert!(!format!("{found:?}").contains("secret"));
    }
}
