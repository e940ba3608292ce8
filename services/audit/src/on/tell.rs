//! What each fact tells the ledger and the figures.

use contracts::{
    audit::{ManagerAppointed, PointsDeducted, PointsRestored, RebuttalFiled, RebuttalRuled},
    deadline::{DeadlineBreached, DeadlineEscalated, DeadlineMet, DeadlineMoved, DeadlineSet, ReminderDue},
    intake::{CaseAmended, CaseClosed, CaseRegistered, ContactRecorded, GuidanceGiven, InactionComplained},
    notification::{NoticeFailed, NoticeSent},
    optional_instant,
    routing::{
        ActionRecorded, ActionRefused, DeskItemOpened, ReferralAnswered, ReferralIssued, ReferralReturned,
    },
};
use jiff::Timestamp;
use uuid::Uuid;

use super::read::{Tell, Told, Unreadable};
use crate::domain::figures::Happening;
use crate::domain::points::{Breach, INACTION, News, Withdrawal};

fn id(text: &str, field: &'static str) -> Result<Uuid, Unreadable> {
    Uuid::try_parse(text).map_err(|_| Unreadable::Id(field))
}

/// The moment that the fact itself names, or the one it was stated at.
pub(super) fn moment(
    field: Option<&prost_types::Timestamp>,
    stated_at: Timestamp,
) -> Result<Timestamp, Unreadable> {
    Ok(optional_instant(field)?.unwrap_or(stated_at))
}

/// About a case and no agency.
pub(super) fn of_case(
    case_id: &str,
    happenings: impl FnOnce(Uuid) -> Vec<Happening>,
) -> Result<Told, Unreadable> {
    of_agency(case_id, String::new(), happenings)
}

/// About a case and an agency.
pub(super) fn of_agency(
    case_id: &str,
    agency: String,
    happenings: impl FnOnce(Uuid) -> Vec<Happening>,
) -> Result<Told, Unreadable> {
    let about = id(case_id, "case_id")?;
    Ok(Told { about, agency, happenings: happenings(about), inaction: None })
}

/// About the case whose citizen was told. Where one of the staff was, it is about no case and moves no citizens' figures.
fn of_notice(case_id: &str, notice: Happening) -> Result<Told, Unreadable> {
    if case_id.is_empty() { Ok(Told::default()) } else { of_case(case_id, |_| vec![notice]) }
}

/// About a case and an agency, and nothing to count.
fn noted(case_id: &str, agency: String) -> Result<Told, Unreadable> {
    of_agency(case_id, agency, |_| Vec::new())
}

/// A breach of an inaction complaint does not count, if it is one.
fn withdrawn(
    programme: &str,
    breach_withdrawn: bool,
    referral_id: &str,
    until: Option<Timestamp>,
) -> Result<Option<News>, Unreadable> {
    if programme != INACTION || !breach_withdrawn {
        return Ok(None);
    }
    Ok(Some(News::Withdrawn(Withdrawal { referral_id: id(referral_id, "referral_id")?, until })))
}

/// Where a clock stands. One that no agency holds, an arbiter's, does not make an answer late.
fn due(
    case_id: &str,
    agency: String,
    referral_id: Uuid,
    due_at: Option<Timestamp>,
    epoch: u32,
) -> Result<Told, Unreadable> {
    let held = !agency.is_empty();
    of_agency(case_id, agency, |case_id| {
        let due = Happening::Due { case_id, referral_id, due_at, epoch };
        Some(due).filter(|_| held).into_iter().collect()
    })
}

impl Tell for ContactRecorded {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.recorded_at.as_ref(), stated_at)?;
        let about = if self.case_id.is_empty() {
            id(&self.contact_id, "contact_id")
        } else {
            id(&self.case_id, "case_id")
        };
        let happenings = vec![Happening::Contact { province: self.province, at }];
        Ok(Told { about: about?, happenings, ..Told::default() })
    }
}

impl Tell for GuidanceGiven {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.given_at.as_ref(), stated_at)?;
        let happenings = vec![Happening::Guidance { province: self.province, at }];
        Ok(Told { about: id(&self.contact_id, "contact_id")?, happenings, ..Told::default() })
    }
}

impl Tell for ActionRefused {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        // The referral may be unknown or no UUID at all: that is often why the action was refused.
        let about = Uuid::try_parse(&self.referral_id).unwrap_or_default();
        Ok(Told { about, agency: self.agency, ..Told::default() })
    }
}

impl Tell for CaseRegistered {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.registered_at.as_ref(), stated_at)?;
        of_case(&self.case_id, |case_id| vec![Happening::Registered { case_id, province: self.province, at }])
    }
}

impl Tell for CaseAmended {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        of_case(&self.case_id, |_| Vec::new())
    }
}

impl Tell for CaseClosed {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.closed_at.as_ref(), stated_at)?;
        of_case(&self.case_id, |case_id| vec![Happening::Closed { case_id, at }])
    }
}

impl Tell for DeskItemOpened {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        noted(&self.case_id, String::new())
    }
}

impl Tell for ReferralIssued {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.issued_at.as_ref(), stated_at)?;
        of_agency(&self.case_id, self.agency, |_| vec![Happening::Referral { province: self.province, at }])
    }
}

impl Tell for ActionRecorded {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.recorded_at.as_ref(), stated_at)?;
        of_agency(&self.case_id, self.agency, |_| vec![Happening::Action { province: self.province, at }])
    }
}

impl Tell for ReferralReturned {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.returned_at.as_ref(), stated_at)?;
        of_agency(&self.case_id, self.agency, |_| vec![Happening::Action { province: self.province, at }])
    }
}

impl Tell for ReferralAnswered {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.answered_at.as_ref(), stated_at)?;
        of_agency(&self.case_id, self.agency, |case_id| {
            vec![Happening::Action { province: self.province, at }, Happening::Answered { case_id, at }]
        })
    }
}

impl Tell for DeadlineSet {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        let due_at = optional_instant(self.due_at.as_ref())?;
        let referral_id = id(&self.referral_id, "referral_id")?;
        due(&self.case_id, self.agency, referral_id, due_at, 0)
    }
}

impl Tell for DeadlineMoved {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let due_at = optional_instant(self.due_at.as_ref())?;
        let (referral_id, epoch) = (id(&self.referral_id, "referral_id")?, self.epoch);
        // The clock runs on, and may breach again.
        let inaction = withdrawn(&self.programme, self.breach_withdrawn, &self.referral_id, Some(stated_at))?;
        Ok(Told { inaction, ..due(&self.case_id, self.agency, referral_id, due_at, epoch)? })
    }
}

impl Tell for DeadlineEscalated {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        of_agency(&self.case_id, self.agency, |_| Vec::new())
    }
}

impl Tell for ReminderDue {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        noted(&self.case_id, self.agency)
    }
}

impl Tell for DeadlineBreached {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let mut told = noted(&self.case_id, self.agency.clone())?;
        if self.programme == INACTION {
            told.inaction = Some(News::Breached(Breach {
                referral_id: id(&self.referral_id, "referral_id")?,
                case_id: told.about,
                agency: self.agency,
                province: self.province,
                due_at: optional_instant(self.due_at.as_ref())?,
                breached_at: moment(self.breached_at.as_ref(), stated_at)?,
                stated_at,
            }));
        }
        Ok(told)
    }
}

impl Tell for DeadlineMet {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        // The clock has ended: nothing breaches after it.
        let inaction = withdrawn(&self.programme, self.breach_withdrawn, &self.referral_id, None)?;
        Ok(Told { inaction, ..noted(&self.case_id, self.agency)? })
    }
}

impl Tell for NoticeSent {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.sent_at.as_ref(), stated_at)?;
        of_notice(&self.case_id, Happening::Notice { province: self.province, at, sent: true })
    }
}

impl Tell for NoticeFailed {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.failed_at.as_ref(), stated_at)?;
        of_notice(&self.case_id, Happening::Notice { province: self.province, at, sent: false })
    }
}

impl Tell for InactionComplained {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        noted(&self.case_id, self.agency)
    }
}

impl Tell for ManagerAppointed {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        Ok(Told { agency: self.term.unwrap_or_default().agency, ..Told::default() })
    }
}

/// Audit's own facts about a complaint's case stand in its timeline.
macro_rules! noted {
    ($($fact:ident),*) => {
        $(impl Tell for $fact {
            fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
                noted(&self.case_id, self.agency)
            }
        })*
    };
}

noted!(PointsDeducted, PointsRestored, RebuttalFiled, RebuttalRuled);
