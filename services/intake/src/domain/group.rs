//! Collective matters: cases of many people on one thing, of which one is led to an answer for all.

use std::collections::BTreeMap;

use contracts::CaseId;
use contracts::intake::CaseState;
use jiff::Timestamp;

use crate::domain::case_file::{CaseFile, Closing};

/// Whether a case may lead others.
///
/// # Errors
/// Why not.
pub fn may_lead(lead: &CaseFile) -> Result<(), &'static str> {
    if lead.closing.is_some() {
        return Err("the lead is closed: group open cases");
    }
    if lead.lead.is_some() {
        return Err("the lead is a member of another group: name that group's lead");
    }
    if lead.confidential {
        return Err("a confidential case is nobody else's: it cannot be grouped");
    }
    Ok(())
}

/// Whether a case joins a lead's group; `known` holds the members of both. False: it is there already.
///
/// # Errors
/// Why it cannot.
pub fn joins(
    lead: &CaseFile,
    case: &CaseFile,
    known: &BTreeMap<CaseId, CaseFile>,
) -> Result<bool, &'static str> {
    if case.lead == Some(lead.id) {
        return Ok(false);
    }
    if case.id == lead.id {
        return Err("is the lead itself");
    }
    if case.lead.is_some() || known.values().any(|other| other.lead == Some(case.id)) {
        return Err("belongs to another group");
    }
    if case.closing.is_some() {
        return Err("is closed");
    }
    if case.confidential {
        return Err("is confidential: it cannot be grouped");
    }
    if case.province != lead.province {
        return Err("is of another province");
    }
    Ok(true)
}

/// Gives the lead's answer to an open member at `now`; whether it did.
pub fn answer_with(member: &mut CaseFile, lead: &CaseFile, now: Timestamp) -> bool {
    let is_answered = lead.state == CaseState::Answered && member.lead == Some(lead.id);
    let Some(closing) = lead.closing.as_ref().filter(|_| is_answered && member.closing.is_none()) else {
        return false;
    };
    member.state = CaseState::Answered;
    member.closing = Some(Closing { at: now, ..closing.clone() });
    true
}

/// The members of a group that are led no more since the lead was taken back.
pub fn dissolve(lead: CaseId, known: &mut BTreeMap<CaseId, CaseFile>) -> Vec<CaseId> {
    let mut left = Vec::new();
    for case in known.values_mut().filter(|case| case.lead == Some(lead)) {
        case.lead = None;
        left.push(case.id);
    }
    left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_760_000_000 + second).unwrap()
    }

    fn case(number: u128) -> CaseFile {
        CaseFile {
            id: CaseId(Uuid::from_u128(number)),
            province: "fars".into(),
            county: String::new(),
            topic: "water".into(),
            registered_at: at(0),
            confidential: false,
            about_manager: String::new(),
            state: CaseState::Referred,
            closing: None,
            reopenings: 0,
            settled_round: 0,
            lead: None,
            feedback_until: None,
            referrals: BTreeMap::new(),
        }
    }

    fn closed(mut case: CaseFile) -> CaseFile {
        case.state = CaseState::Answered;
        case.closing =
            Some(Closing { at: at(9), answer: "وصل شد".into(), withdrawal_reason: String::new() });
        case
    }

    #[test]
    fn only_open_cases_of_the_province_that_lead_nobody_join() {
        let (lead, mut led) = (case(1), case(3));
        led.lead = Some(case(2).id);
        let known = BTreeMap::from([(led.id, led.clone())]);
        assert_eq!(joins(&lead, &case(4), &known), Ok(true));
        let mut member = case(4);
        member.lead = Some(lead.id);
        assert_eq!(joins(&lead, &member, &known), Ok(false), "again");
        let (mut elsewhere, mut confidential) = (case(5), case(6));
        elsewhere.province = "yazd".into();
        confidential.confidential = true;
        for refused in [&lead, &led, &case(2), &closed(case(7)), &elsewhere, &confidential] {
            assert!(joins(&lead, refused, &known).is_err(), "{refused:?}");
        }
        assert!(may_lead(&lead).is_ok());
        for refused in [&led, &closed(case(7)), &confidential] {
            assert!(may_lead(refused).is_err());
        }
    }

    proptest! {
        #[test]
        fn every_open_member_gets_the_answer_once_and_nobody_else(members in prop::collection::vec((any::<bool>(), any::<bool>()), 0..20)) {
            let lead = closed(case(1_000));
            for (number, (is_member, is_open)) in members.into_iter().enumerate() {
                let mut case = if is_open { case(number as u128) } else { closed(case(number as u128)) };
                case.lead = is_member.then_some(lead.id);
                let before = case.clone();
                prop_assert_eq!(answer_with(&mut case, &lead, at(10)), is_member && is_open);
                prop_assert!(is_member && is_open || case == before);
                prop_assert!(!answer_with(&mut case, &lead, at(11)));
                let answer = case.closing.map(|closing| (closing.at, closing.answer));
                prop_assert!(!(is_member && is_open) || answer == Some((at(10), "وصل شد".into())));
            }
        }
    }

    #[test]
    fn a_lead_that_was_taken_back_answers_nobody_and_leaves_its_members_to_themselves() {
        let mut lead = case(1);
        lead.withdraw("حل شد", at(1)).unwrap();
        let mut member = case(2);
        member.lead = Some(lead.id);
        assert!(!answer_with(&mut member, &lead, at(2)));
        let mut known = BTreeMap::from([(member.id, member), (case(3).id, case(3))]);
        assert_eq!(dissolve(lead.id, &mut known), [case(2).id]);
        assert!(known.values().all(|case| case.lead.is_none()));
    }
}
