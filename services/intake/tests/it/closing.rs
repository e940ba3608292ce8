//! The way of a case from referral to answer, told by facts in any order.

use bus::Envelope;
use chassis::clock::{Clock, random_u64};
use contracts::agency::{ActionKind, AnswerOutcome};
use contracts::deadline::{DeadlineMoved, DeadlineSet};
use contracts::intake::{CaseClosed, CaseState};
use contracts::ops::ListDeadLettersRequest;
use contracts::routing::{
    ActionRecorded, AgencyRegistered, ReferralAnswered, ReferralIssued, ReferralReturned,
};
use contracts::{Fact, timestamp};
use jiff::SignedDuration;

use crate::world::{World, envelope, request};

fn issued(case: &str, referral: &str, round: u32, agency: &str) -> ReferralIssued {
    ReferralIssued {
        referral_id: referral.into(),
        case_id: case.into(),
        round,
        agency: agency.into(),
        province: "fars".into(),
        agency_name_fa: format!("اداره {agency}"),
        issued_at: Some(timestamp(Clock::live().now())),
        ..Default::default()
    }
}

fn returned(case: &str, referral: &str, round: u32, agency: &str) -> ReferralReturned {
    let (case_id, referral_id, agency) = (case.into(), referral.into(), agency.into());
    ReferralReturned { case_id, referral_id, agency, province: "fars".into(), round, ..Default::default() }
}

fn accepted(case: &str, referral: &str, agency: &str) -> ActionRecorded {
    let (case_id, referral_id, agency) = (case.into(), referral.into(), agency.into());
    ActionRecorded {
        case_id,
        referral_id,
        agency,
        province: "fars".into(),
        kind: ActionKind::Accepted.into(),
        ..Default::default()
    }
}

fn answered(case: &str, referral: &str, round: u32, agency: &str) -> ReferralAnswered {
    ReferralAnswered {
        case_id: case.into(),
        referral_id: referral.into(),
        agency: agency.into(),
        province: "fars".into(),
        round,
        outcome: AnswerOutcome::Done.into(),
        text: "لوله تعویض شد".into(),
        ..Default::default()
    }
}

fn ids<const N: usize>() -> [String; N] {
    std::array::from_fn(|_| Clock::live().new_id().to_string())
}

#[tokio::test]
async fn a_case_shows_who_holds_it_and_until_when() {
    let mut world = World::new().await;
    let case = world.register(request("call-0010")).await.case_id;
    let [first, second] = ids();
    let named = AgencyRegistered {
        agency: "abfa".into(),
        province: "fars".into(),
        name_fa: "آب و فاضلاب فارس".into(),
        ..Default::default()
    };
    let due = Clock::live().now() + SignedDuration::from_hours(24 * 15);
    let set = DeadlineSet {
        referral_id: first.clone(),
        case_id: case.clone(),
        agency: "abfa".into(),
        province: "fars".into(),
        due_at: Some(timestamp(due)),
        ..Default::default()
    };
    world.bus.publish("deadline", &[envelope(&set)]).await.unwrap();
    world
        .bus
        .publish("routing", &[envelope(&named), envelope(&issued(&case, &first, 1, "abfa"))])
        .await
        .unwrap();
    let shown = world.case_when(&case, |c| c.state() == CaseState::Referred && c.due_at.is_some()).await;
    assert_eq!(shown.due_at, Some(timestamp(due)));
    let later = due + SignedDuration::from_hours(24 * 7);
    let due_at = Some(timestamp(later));
    let moved = DeadlineMoved { referral_id: first.clone(), due_at, epoch: 1, ..Default::default() };
    world.bus.publish("deadline", &[envelope(&moved), envelope(&moved)]).await.unwrap();
    world.case_when(&case, |c| c.due_at == due_at).await;
    assert_eq!(
        (shown.holders[0].agency.as_str(), shown.holders[0].name_fa.as_str()),
        ("abfa", "آب و فاضلاب فارس")
    );

    world.bus.publish("routing", &[envelope(&accepted(&case, &first, "abfa"))]).await.unwrap();
    world.case_when(&case, |c| c.state() == CaseState::Accepted).await;
    world.bus.publish("routing", &[envelope(&returned(&case, &first, 1, "abfa"))]).await.unwrap();
    // A returned case waits for its next agency.
    world.case_when(&case, |c| c.holders.is_empty() && c.state() == CaseState::Referred).await;
    let last = [
        envelope(&issued(&case, &second, 2, "shahrdari")),
        envelope(&answered(&case, &second, 2, "shahrdari")),
    ];
    world.bus.publish("routing", &last).await.unwrap();
    let shown = world.case_when(&case, |c| c.state() == CaseState::Answered).await;
    assert_eq!(shown.answer, "اداره shahrdari: لوله تعویض شد");
    let closed = world.stated::<CaseClosed>(1).await.remove(0);
    assert_eq!((closed.case_id, closed.answer, closed.closed_at), (case, shown.answer, shown.closed_at));
    assert_eq!(
        (closed.county.as_str(), closed.topic.as_str(), closed.registered_at),
        ("shiraz", "water", shown.registered_at)
    );
}

#[tokio::test]
async fn a_fact_of_a_stranger_goes_to_the_dead_letters_and_holds_nobody_up() {
    let mut world = World::new().await;
    let case = world.register(request("call-0011")).await.case_id;
    let [stranger, first, second] = ids();
    let facts =
        [envelope(&issued(&stranger, &first, 1, "abfa")), envelope(&issued(&case, &second, 1, "abfa"))];
    world.bus.publish("routing", &facts).await.unwrap();
    world.case_when(&case, |c| c.state() == CaseState::Referred).await;
    let mut tries = 0;
    let letters = loop {
        let letters = world
            .ops
            .list_dead_letters(ListDeadLettersRequest::default())
            .await
            .unwrap()
            .into_inner()
            .letters;
        if !letters.is_empty() {
            break letters;
        }
        tries += 1;
        assert!(tries < 1_000, "no dead letter came");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!((letters.len(), letters[0].fact_id.as_str()), (1, facts[0].id.to_string().as_str()));
    assert_eq!(letters[0].reason, "its case is not in this database");
}

fn shuffled(mut facts: Vec<Envelope>) -> Vec<Envelope> {
    for place in (1..facts.len()).rev() {
        facts.swap(place, (random_u64() % (place as u64 + 1)) as usize);
    }
    facts
}

/// The same facts as other messages, so that the broker does not take them for repeats.
fn repeated<F: Fact>(fact: &F) -> [Envelope; 2] {
    [envelope(fact), envelope(fact)]
}

#[tokio::test]
async fn shuffled_and_repeated_facts_close_each_case_once() {
    let mut world = World::new().await;
    let mut facts = Vec::new();
    let mut cases = Vec::new();
    for number in 0..40 {
        let case = world.register(request(&format!("shuffle-{number:03}"))).await.case_id;
        let [first, second] = ids();
        facts.extend(repeated(&issued(&case, &first, 1, "abfa")));
        facts.extend(repeated(&returned(&case, &first, 1, "abfa")));
        facts.extend(repeated(&issued(&case, &second, 2, "shahrdari")));
        facts.extend(repeated(&accepted(&case, &second, "shahrdari")));
        facts.extend(repeated(&answered(&case, &second, 2, "shahrdari")));
        cases.push(case);
    }
    let named = AgencyRegistered {
        agency: "shahrdari".into(),
        name_fa: "اداره shahrdari".into(),
        ..Default::default()
    };
    world.bus.publish("routing", &[envelope(&named)]).await.unwrap();
    // In pieces, so that the service meets them in more than one batch; twice, as after a lost acknowledgement.
    let facts = [shuffled(facts.clone()), shuffled(facts)].concat();
    for piece in facts.chunks(97) {
        world.bus.publish("routing", piece).await.unwrap();
    }
    for case in &cases {
        let shown = world.case_when(case, |c| c.state() == CaseState::Answered && c.holders.is_empty()).await;
        assert_eq!(shown.answer, "اداره shahrdari: لوله تعویض شد");
    }
    // A case that closes after all of these shows that none of them closed twice.
    let last = world.register(request("the-last")).await.case_id;
    let [referral] = ids();
    world
        .bus
        .publish(
            "routing",
            &[
                envelope(&issued(&last, &referral, 1, "abfa")),
                envelope(&answered(&last, &referral, 1, "abfa")),
            ],
        )
        .await
        .unwrap();
    world.case_when(&last, |c| c.state() == CaseState::Answered).await;
    let mut closed: Vec<String> =
        world.stated::<CaseClosed>(41).await.into_iter().map(|c| c.case_id).collect();
    assert_eq!(closed.len(), 41);
    closed.sort();
    closed.dedup();
    assert_eq!(closed.len(), 41);
}
