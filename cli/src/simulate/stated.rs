//! What was done to the system beside what it stated.

use contracts::{audit, deadline, intake, routing};

use super::recount::Facts;
use super::report::{Pair, Played};

/// Each thing that was done, how often, and how often the facts say so.
#[must_use]
pub fn stated(p: &Played, facts: &Facts) -> Vec<Pair> {
    let [granted, refused] = facts.rulings;
    let slots = |state| facts.slots_that(state);
    let mut pairs = of_cases(p, facts);
    pairs.extend([
        ("closures announced", p.closures, facts.count::<deadline::ClosureAnnounced>()),
        ("terms imported", p.terms, facts.count::<audit::ManagerAppointed>()),
        ("trips opened", p.trips, facts.count::<intake::CampaignOpened>()),
        ("contacts of trips", p.of_trips, facts.contacts_with(|contact| !contact.campaign.is_empty())),
        ("meetings called", p.meetings, facts.count::<intake::MeetingCalled>()),
        ("turns registered", p.turns, facts.contacts_with(|contact| !contact.meeting.is_empty())),
        ("commitments made", p.ordered, facts.count::<intake::CommitmentMade>()),
        ("commitments settled", p.settled, facts.count::<intake::CommitmentSettled>()),
        ("slots kept", p.attended, slots(intake::SlotState::Kept)),
        ("slots uncovered", p.excused, slots(intake::SlotState::Uncovered)),
        ("slots missed", p.missed, slots(intake::SlotState::Missed)),
        ("contacts in slots", p.in_slots, facts.contacts_with(|contact| !contact.slot_id.is_empty())),
        ("voicemails recorded", p.voicemails, facts.count::<intake::VoicemailRecorded>()),
        ("voicemails followed up", p.followed_up, facts.count::<intake::VoicemailFollowedUp>()),
        ("extensions granted", p.granted, granted),
        ("extensions refused", p.refused, refused),
        ("rebuttals filed", p.rebuttals, facts.count::<audit::RebuttalFiled>()),
        ("rebuttals ruled", p.rulings, facts.count::<audit::RebuttalRuled>()),
    ]);
    pairs
}

fn of_cases(p: &Played, facts: &Facts) -> Vec<Pair> {
    let said = |verdict| facts.feedback.iter().filter(|(_, said)| *said == verdict).count() as u64;
    let (solved, not_solved) =
        (said(intake::FeedbackVerdict::Solved), said(intake::FeedbackVerdict::NotSolved));
    vec![
        ("contacts played", p.contacts, facts.contacts.len() as u64),
        ("guidance played", p.guidance, facts.guidance.len() as u64),
        ("cases played", p.cases, facts.count::<intake::CaseRegistered>()),
        ("items decided", p.decided, facts.sent_on()),
        ("arbitrations ruled", p.arbitrated, facts.count::<routing::ArbitrationRuled>()),
        ("progress reported", p.acts.progress, facts.progress),
        ("answers given", p.acts.answers, facts.count::<routing::ReferralAnswered>()),
        ("referrals returned", p.acts.returns, facts.count::<routing::ReferralReturned>()),
        ("extensions asked", p.acts.asked, facts.count::<routing::ExtensionAsked>()),
        ("acts refused", p.acts.refused, facts.count::<routing::ActionRefused>()),
        ("cases withdrawn", p.withdrawn, facts.count::<intake::CaseWithdrawn>()),
        ("solved", p.solved, solved),
        ("not solved", p.not_solved, not_solved),
        ("reopened by citizens", p.reopened, facts.count::<intake::CaseReopened>()),
        ("inaction complained of", p.complaints, facts.count::<intake::InactionComplained>()),
    ]
}
