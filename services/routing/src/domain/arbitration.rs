//! The provincial arbiter: rules whose a case is that agencies return (domain rule 4).

use contracts::{CaseId, ReferralId};
use jiff::Timestamp;
use uuid::Uuid;

/// A case that waits for the arbiter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its id; also that of its clock.
    pub arbitration_id: Uuid,
    /// The case.
    pub case_id: CaseId,
    /// The round that is decided.
    pub round: u32,
    /// Whose arbiter rules.
    pub province: String,
    /// The case's county; may be empty.
    pub county: String,
    /// The case's topic.
    pub topic: String,
    /// Why, in Persian.
    pub reason: String,
    /// Agencies that had the case.
    pub tried: Vec<String>,
    /// Since when it waits.
    pub asked_at: Timestamp,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The arbiter ruled.
    Ruled {
        /// Whose it is.
        agency: String,
        /// The referral that followed.
        referral_id: ReferralId,
        /// Whether it is the rule from then on.
        became_rule: bool,
    },
    /// The citizen withdrew the case.
    Withdrawn,
}

/// An arbitration as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arbitration {
    /// What is asked.
    pub asked: Asked,
    /// None as long as it waits.
    pub end: Option<End>,
}

/// What a ruling is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The first.
    First,
    /// The same was ruled before, with this referral.
    Before(ReferralId),
    /// Another was ruled before.
    RuledOtherwise,
    /// Nobody waits for it any more.
    Withdrawn,
}

impl Arbitration {
    /// What the ruling that the case is `agency`'s is now: the first one stands.
    #[must_use]
    pub fn standing(&self, agency: &str, becomes_rule: bool) -> Standing {
        match &self.end {
            None => Standing::First,
            Some(End::Withdrawn) => Standing::Withdrawn,
            Some(End::Ruled { agency: ruled, referral_id, became_rule })
                if ruled == agency && *became_rule == becomes_rule =>
            {
                Standing::Before(*referral_id)
            }
            Some(End::Ruled { .. }) => Standing::RuledOtherwise,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_ruling_stands(rulings in prop::collection::vec(("[ab]", any::<bool>()), 1..10)) {
            let asked = Asked {
                arbitration_id: Uuid::nil(),
                case_id: CaseId(Uuid::nil()),
                round: 3,
                province: "fars".into(),
                county: String::new(),
                topic: "water".into(),
                reason: "x".into(),
                tried: Vec::new(),
                asked_at: Timestamp::UNIX_EPOCH,
            };
            let mut arbitration = Arbitration { asked, end: None };
            let first = rulings[0].clone();
            for (place, (agency, becomes_rule)) in rulings.into_iter().enumerate() {
                let referral_id = ReferralId(Uuid::from_u128(place as u128));
                match arbitration.standing(&agency, becomes_rule) {
                    Standing::First => {
                        prop_assert_eq!(place, 0);
                        arbitration.end = Some(End::Ruled { agency, referral_id, became_rule: becomes_rule });
                    }
                    Standing::Before(of) => {
                        prop_assert_eq!((of, (agency, becomes_rule)), (ReferralId(Uuid::nil()), first.clone()));
                    }
                    Standing::RuledOtherwise => prop_assert_ne!((agency, becomes_rule), first.clone()),
                    Standing::Withdrawn => prop_assert!(false, "nobody withdrew"),
                }
            }
        }
    }
}
