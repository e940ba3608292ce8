//! What the facts of rulings tell: what agencies ask for is an action of theirs, what people decide is about their case.

use contracts::intake::CallbackMade;
use contracts::routing::{
    AnswerHeld, AnswerRejected, ArbitrationAsked, ArbitrationRuled, ArbitrationWithdrawn, CallbackDrawn,
    DocumentsAsked, DocumentsReceived, ExtensionAsked, ExtensionRuled, ReferralAdded, ReferralAmended,
    ReferralWithdrawn,
};
use jiff::Timestamp;

use super::read::{Tell, Told, Unreadable};
use super::tell::{moment, of_agency, of_case};
use crate::domain::figures::Happening;

macro_rules! actions {
    ($($fact:ident at $at:ident),* $(,)?) => {$(
        impl Tell for $fact {
            fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
                let at = moment(self.$at.as_ref(), stated_at)?;
                let action = Happening::Action { province: self.province, at };
                of_agency(&self.case_id, self.agency, |_| vec![action])
            }
        }
    )*};
}

macro_rules! of_their_case {
    ($($fact:ident),* $(,)?) => {$(
        impl Tell for $fact {
            fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
                of_agency(&self.case_id, self.agency, |_| Vec::new())
            }
        }
    )*};
}

actions!(ExtensionAsked at asked_at, DocumentsAsked at asked_at);
of_their_case!(ExtensionRuled, DocumentsReceived, ReferralWithdrawn, ArbitrationRuled, ReferralAdded);
of_their_case!(ReferralAmended);
// A held answer becomes an action when it counts: then it is stated as one.
of_their_case!(AnswerHeld, AnswerRejected, CallbackDrawn, CallbackMade);

macro_rules! of_no_agency {
    ($($fact:ident),* $(,)?) => {$(
        impl Tell for $fact {
            fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
                of_case(&self.case_id, |_| Vec::new())
            }
        }
    )*};
}

of_no_agency!(ArbitrationAsked, ArbitrationWithdrawn);
