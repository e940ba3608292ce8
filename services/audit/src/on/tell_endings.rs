//! What becomes of cases after their answer, or without one: taken back, judged by the citizen, opened again, grouped.

use contracts::intake::{
    CaseReopened, CaseWithdrawn, CasesGrouped, FeedbackGiven, FeedbackLapsed, FeedbackVerdict, GroupAnswered,
};
use jiff::Timestamp;

use super::read::{Tell, Told, Unreadable};
use super::tell::{moment, of_case};
use crate::domain::figures::{Happening, Word};

impl Tell for CaseReopened {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.reopened_at.as_ref(), stated_at)?;
        of_case(&self.case_id, |case_id| vec![Happening::Reopened { case_id, province: self.province, at }])
    }
}

impl Tell for CaseWithdrawn {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.withdrawn_at.as_ref(), stated_at)?;
        of_case(&self.case_id, |case_id| vec![Happening::Withdrawn { case_id, at }])
    }
}

impl Tell for CasesGrouped {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        of_case(&self.lead_case_id, |_| Vec::new())
    }
}

impl Tell for FeedbackGiven {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.given_at.as_ref(), stated_at)?;
        let solved = self.verdict() == FeedbackVerdict::Solved;
        let word = if solved { Word::Solved } else { Word::NotSolved };
        of_case(&self.case_id, |_| vec![Happening::Feedback { province: self.province, at, word }])
    }
}

impl Tell for FeedbackLapsed {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.lapsed_at.as_ref(), stated_at)?;
        let word = Word::NoReply;
        of_case(&self.case_id, |_| vec![Happening::Feedback { province: self.province, at, word }])
    }
}

impl Tell for GroupAnswered {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        of_case(&self.lead_case_id, |_| Vec::new())
    }
}
