//! An extension: asked by the agency with a reason, granted or refused by the province (rule 7).

use contracts::{ActionId, CaseId, ReferralId};
use jiff::Timestamp;

/// What an agency asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Whose clock it is.
    pub referral_id: ReferralId,
    /// The action that asks; with the referral what makes the extension itself.
    pub action_id: ActionId,
    /// The case it belongs to.
    pub case_id: CaseId,
    /// Who asks.
    pub agency: String,
    /// Who must rule.
    pub province: String,
    /// How many days more.
    pub days: u32,
    /// Why, for the citizen to read.
    pub reason: String,
    /// When.
    pub asked_at: Timestamp,
}

/// What the province decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Days that are granted; 0: refused.
    pub days: u32,
    /// Why.
    pub reason: String,
    /// Who.
    pub ruled_by: String,
    /// When.
    pub ruled_at: Timestamp,
}

/// An extension as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// What was asked.
    pub asked: Asked,
    /// The ruling; none as long as it waits.
    pub ruling: Option<Ruling>,
}

/// What a decision does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// It is the ruling.
    Now(Ruling),
    /// The same was ruled before.
    Before(Ruling),
}

/// Why a decision is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It was ruled otherwise before.
    RuledOtherwise,
    /// More days than were asked.
    MoreThanAsked,
}

impl Extension {
    /// Decides it: `grant` with so many days, 0 for what was asked. The first decision stands; the same one again, by
    /// whomever and with whatever reason, changes nothing.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn rule(
        &self,
        grant: bool,
        days: u32,
        (reason, ruled_by): (String, String),
        ruled_at: Timestamp,
    ) -> Result<Decided, Fault> {
        let days = match (grant, days) {
            (false, _) => 0,
            (true, 0) => self.asked.days,
            (true, days) => days,
        };
        if days > self.asked.days {
            return Err(Fault::MoreThanAsked);
        }
        match &self.ruling {
            Some(ruling) if ruling.days == days => Ok(Decided::Before(ruling.clone())),
            Some(_) => Err(Fault::RuledOtherwise),
            None => Ok(Decided::Now(Ruling { days, reason, ruled_by, ruled_at })),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn extension() -> Extension {
        let asked = Asked {
            referral_id: ReferralId(Uuid::nil()),
            action_id: ActionId(Uuid::nil()),
            case_id: CaseId(Uuid::nil()),
            agency: "water".into(),
            province: "fars".into(),
            days: 10,
            reason: "x".into(),
            asked_at: Timestamp::UNIX_EPOCH,
        };
        Extension { asked, ruling: None }
    }

    proptest! {
        /// However often and however differently it is ruled, the first ruling stands.
        #[test]
        fn the_first_ruling_stands(rulings in prop::collection::vec((any::<bool>(), 0..12_u32), 1..12)) {
            let mut extension = extension();
            let mut first = None;
            for (grant, days) in rulings {
                let who = ("why".to_owned(), "who".to_owned());
                let wanted = if !grant { 0 } else if days == 0 { 10 } else { days };
                match extension.rule(grant, days, who, Timestamp::UNIX_EPOCH) {
                    Ok(Decided::Now(ruling)) => {
                        prop_assert_eq!(first, None);
                        prop_assert!(ruling.days <= 10);
                        first = Some(ruling.days);
                        extension.ruling = Some(ruling);
                    }
                    Ok(Decided::Before(ruling)) => prop_assert_eq!((Some(ruling.days), wanted), (first, ruling.days)),
                    Err(Fault::RuledOtherwise) => prop_assert!(first.is_some_and(|first| first != wanted)),
                    Err(Fault::MoreThanAsked) => prop_assert!(wanted > 10),
                }
            }
        }
    }
}
