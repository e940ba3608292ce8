//! A manager's rebuttal of a deduction, and the ruling on it (rule 6). Both are said once and stay on record.

use jalali::Tehran;
use jiff::Timestamp;

use super::faults::{Fault, text};
use super::points::Deduction;

/// Letters of a rebuttal or a reason, at most.
const MAX_TEXT: usize = 8_000;
/// Letters of a member of staff's name, at most.
const MAX_STAFF: usize = 100;

/// What a manager filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuttal {
    pub text: String,
    /// A member of staff.
    pub filed_by: String,
    pub filed_at: Timestamp,
    pub ruled: Option<Ruled>,
}

/// What was ruled on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    pub ruling: Ruling,
    pub reason: String,
    /// A member of staff.
    pub ruled_by: String,
    pub ruled_at: Timestamp,
}

/// As samad.audit.v1.Ruling counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// The deduction stands.
    Upheld,
    /// The deduction is reversed.
    Reversed,
}

/// Why something is not said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum No {
    /// A field cannot be used.
    Fault(Fault),
    /// Something else was said before.
    Said(&'static str),
    /// It cannot be said now.
    Late(&'static str),
}

/// Whether a rebuttal is new; false: it was filed before with these words.
///
/// # Errors
/// See [`No`].
pub fn file(
    deduction: &Deduction,
    known: Option<&Rebuttal>,
    new: &Rebuttal,
    allowed_days: u32,
    tehran: &Tehran,
) -> Result<bool, No> {
    text("text", &new.text, MAX_TEXT).map_err(No::Fault)?;
    text("filed_by", &new.filed_by, MAX_STAFF).map_err(No::Fault)?;
    if let Some(known) = known {
        let same = (&known.text, &known.filed_by) == (&new.text, &new.filed_by);
        return if same { Ok(false) } else { Err(No::Said("another rebuttal was filed of this deduction")) };
    }
    if deduction.restored.is_some() {
        return Err(No::Late("the points are restored already"));
    }
    if new.filed_at > tehran.add_days(deduction.deducted_at, allowed_days.into()) {
        return Err(No::Late("the days in which a rebuttal may be filed have passed"));
    }
    Ok(true)
}

/// Whether a ruling is new; false: it was ruled so before.
///
/// # Errors
/// See [`No`].
pub fn rule(known: &Rebuttal, new: &Ruled) -> Result<bool, No> {
    text("reason", &new.reason, MAX_TEXT).map_err(No::Fault)?;
    text("ruled_by", &new.ruled_by, MAX_STAFF).map_err(No::Fault)?;
    // Whoever filed it is a party to it.
    if new.ruled_by == known.filed_by {
        return Err(No::Fault(Fault::new("ruled_by", "must not be who filed the rebuttal")));
    }
    match &known.ruled {
        None => Ok(true),
        Some(ruled) => {
            let same =
                (ruled.ruling, &ruled.reason, &ruled.ruled_by) == (new.ruling, &new.reason, &new.ruled_by);
            if same { Ok(false) } else { Err(No::Said("it was ruled otherwise on this rebuttal")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::points::{Breach, Restored};

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_758_600_000 + day * 86_400).unwrap()
    }

    fn deduction() -> Deduction {
        let breach = Breach {
            referral_id: Uuid::from_u128(1),
            case_id: Uuid::from_u128(2),
            agency: "water".into(),
            province: "fars".into(),
            due_at: Some(at(0)),
            breached_at: at(0),
            stated_at: at(0),
        };
        Deduction {
            breach_id: Uuid::from_u128(3),
            breach,
            manager: "a".into(),
            points: 5,
            policy: "evaluation".into(),
            policy_version: 1,
            breach_day: date(2025, 9, 23),
            evidence: Vec::new(),
            deducted_at: at(0),
            restored: None,
        }
    }

    fn rebuttal(text: &str, day: i64) -> Rebuttal {
        Rebuttal { text: text.into(), filed_by: "a".into(), filed_at: at(day), ruled: None }
    }

    fn filed(known: Option<&Rebuttal>, new: &Rebuttal) -> Result<bool, No> {
        file(&deduction(), known, new, 10, &Tehran::new().unwrap())
    }

    #[test]
    fn a_rebuttal_is_filed_once_and_in_time() {
        assert_eq!(filed(None, &rebuttal("پاسخ داده شد", 10)), Ok(true));
        assert!(matches!(filed(None, &rebuttal("پاسخ داده شد", 11)), Err(No::Late(_))));
        let known = rebuttal("پاسخ داده شد", 3);
        assert_eq!(filed(Some(&known), &rebuttal("پاسخ داده شد", 40)), Ok(false), "a repeat is never late");
        assert!(matches!(filed(Some(&known), &rebuttal("دیگر", 4)), Err(No::Said(_))));
        assert!(matches!(filed(None, &rebuttal(" ", 1)), Err(No::Fault(_))));
        let restored = Deduction { restored: Some((at(1), Restored::BreachWithdrawn)), ..deduction() };
        let late = file(&restored, None, &rebuttal("پاسخ داده شد", 1), 10, &Tehran::new().unwrap());
        assert!(matches!(late, Err(No::Late(_))));
    }

    #[test]
    fn it_is_ruled_on_once_and_by_another() {
        let ruled = |ruling, by: &str| Ruled {
            ruling,
            reason: "نامه پیوست است".into(),
            ruled_by: by.into(),
            ruled_at: at(5),
        };
        let mut known = rebuttal("پاسخ داده شد", 3);
        assert!(matches!(rule(&known, &ruled(Ruling::Reversed, "a")), Err(No::Fault(_))));
        assert_eq!(rule(&known, &ruled(Ruling::Reversed, "b")), Ok(true));
        known.ruled = Some(ruled(Ruling::Reversed, "b"));
        assert_eq!(rule(&known, &ruled(Ruling::Reversed, "b")), Ok(false));
        assert!(matches!(rule(&known, &ruled(Ruling::Upheld, "b")), Err(No::Said(_))));
    }

    proptest! {
        /// Whoever files and rules whatever, in whatever order and however often: one rebuttal and one ruling stay on record,
        /// the first that could be taken, and who filed it does not rule.
        #[test]
        fn what_was_said_first_stays(said in prop::collection::vec((any::<bool>(), 0..3_usize, 0..3_usize, 0..15_i64), 0..20)) {
            let staff = ["a", "b", "c"];
            let (mut known, mut kept): (Option<Rebuttal>, Option<Rebuttal>) = (None, None);
            for (files, who, what, day) in said {
                if files {
                    let new = Rebuttal { filed_by: staff[who].into(), ..rebuttal(staff[what], day) };
                    match filed(known.as_ref(), &new) {
                        Ok(true) => {
                            prop_assert!(known.is_none() && day <= 10);
                            known = Some(new);
                        }
                        Ok(false) => prop_assert_eq!(known.as_ref().map(|known| &known.text), Some(&new.text)),
                        Err(No::Late(_)) => prop_assert!(known.is_none() && day > 10),
                        Err(_) => prop_assert!(known.is_some()),
                    }
                } else if let Some(of) = &mut known {
                    let ruling = if what == 0 { Ruling::Upheld } else { Ruling::Reversed };
                    let new = Ruled { ruling, reason: "نامه".into(), ruled_by: staff[who].into(), ruled_at: at(day) };
                    match rule(of, &new) {
                        Ok(true) => {
                            prop_assert!(of.ruled.is_none() && new.ruled_by != of.filed_by);
                            of.ruled = Some(new);
                        }
                        Ok(false) => prop_assert_eq!(of.ruled.as_ref().map(|ruled| ruled.ruling), Some(ruling)),
                        Err(No::Fault(_)) => prop_assert_eq!(&new.ruled_by, &of.filed_by),
                        Err(_) => prop_assert!(of.ruled.is_some()),
                    }
                }
                let stands = |kept: &Rebuttal| known.as_ref().is_some_and(|known| {
                    known.text == kept.text && (kept.ruled.is_none() || known.ruled == kept.ruled)
                });
                prop_assert!(kept.as_ref().is_none_or(stands));
                kept.clone_from(&known);
            }
        }
    }
}
