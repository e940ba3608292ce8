//! The figures equal what the facts say, in whatever order and number they come.

use chassis::clock::Clock;
use contracts::audit::{GetFiguresRequest, GetTimelineRequest, ListDailyFiguresRequest};
use contracts::{intake, json, routing, timestamp};
use uuid::Uuid;

use crate::world::{Said, World, at, lifecycle, said};

fn asked(province: &str, from_day: &str, to_day: &str) -> GetFiguresRequest {
    GetFiguresRequest { province: province.into(), from_day: from_day.into(), to_day: to_day.into() }
}

/// Two whole lives on different days, a case left open past its due moment, and advice.
fn facts() -> Vec<Said> {
    let mut facts = lifecycle(Uuid::from_u128(1), "fars", 0);
    facts.extend(lifecycle(Uuid::from_u128(2), "tehran", 48));
    facts.extend(lifecycle(Uuid::from_u128(3), "fars", -1_000).into_iter().take(4));
    let (contact_id, province) = (Uuid::from_u128(4).to_string(), "fars".to_owned());
    let recorded_at = Some(timestamp(at(0)));
    let contact = intake::ContactRecorded {
        contact_id: contact_id.clone(),
        province: province.clone(),
        recorded_at,
        ..Default::default()
    };
    facts.push(said(&contact, at(0)));
    facts.push(said(&intake::GuidanceGiven { contact_id, province, ..Default::default() }, at(0)));
    facts
}

#[tokio::test]
async fn figures_are_the_same_backwards_and_repeated() {
    let world = World::new().await;
    let mut backwards = facts();
    backwards.reverse();
    for batch in backwards.chunks(3) {
        world.hear(batch).await;
        assert_eq!(world.hear(batch).await, 0);
    }
    assert_eq!(world.hear(&backwards).await, 0);

    let all = world.api.clone().get_figures(asked("", "", "")).await.unwrap().into_inner();
    assert_eq!((all.contacts, all.guidance, all.cases, all.referrals, all.actions), (4, 1, 3, 3, 4));
    assert_eq!((all.answered, all.open, all.overdue_open, all.on_time, all.late), (2, 1, 1, 2, 0));
    assert_eq!(all.ledger_size, 20);
    assert_eq!(all.oldest_open_at, Some(timestamp(at(-1_000))));

    let fars =
        world.api.clone().get_figures(asked("fars", "2025-09-23", "2025-09-23")).await.unwrap().into_inner();
    assert_eq!((fars.contacts, fars.cases, fars.answered, fars.open, fars.overdue_open), (2, 1, 1, 0, 0));
    let days = world
        .api
        .clone()
        .list_daily_figures(ListDailyFiguresRequest::default())
        .await
        .unwrap()
        .into_inner()
        .days;
    let told: Vec<_> = days
        .iter()
        .map(|d| (d.day.as_str(), d.contacts, d.cases, (d.answered, d.open), (d.on_time, d.late)))
        .collect();
    let wanted = vec![
        ("2025-08-12", 1, 1, (0, 1), (0, 0)),
        ("2025-09-23", 2, 1, (1, 0), (1, 0)),
        ("2025-09-25", 1, 1, (1, 0), (1, 0)),
    ];
    assert_eq!(told, wanted);
}

#[tokio::test]
async fn a_withdrawn_case_is_neither_answered_nor_open_and_a_reopened_one_is_open() {
    let world = World::new().await;
    let [answered, reopened, withdrawn] = [1, 2, 3].map(Uuid::from_u128);
    let province = || "fars".to_owned();
    let mut facts = lifecycle(answered, "fars", 0);
    facts.extend(lifecycle(reopened, "fars", 0));
    facts.extend(lifecycle(withdrawn, "fars", -1_000).into_iter().take(4));
    let verdict = intake::FeedbackVerdict::NotSolved.into();
    let case_id = reopened.to_string();
    let word = intake::FeedbackGiven {
        case_id: case_id.clone(),
        province: province(),
        verdict,
        ..Default::default()
    };
    facts.push(said(&word, at(3)));
    facts.push(said(&intake::CaseReopened { case_id, province: province(), ..Default::default() }, at(3)));
    let case_id = withdrawn.to_string();
    facts.push(said(&intake::CaseWithdrawn { case_id, province: province(), ..Default::default() }, at(4)));
    let case_id = answered.to_string();
    facts.push(said(&intake::FeedbackLapsed { case_id, province: province(), ..Default::default() }, at(5)));
    facts.reverse();
    world.hear(&facts).await;
    world.hear(&facts).await;
    let all = world.api.clone().get_figures(asked("", "", "")).await.unwrap().into_inner();
    assert_eq!((all.cases, all.answered, all.open, all.withdrawn), (3, 1, 1, 1));
    assert_eq!((all.reopened, all.solved, all.not_solved, all.no_reply), (1, 0, 1, 1));
    assert_eq!(all.overdue_open, 0, "what was taken back is not overdue");
    assert_eq!(all.oldest_open_at, Some(timestamp(at(0))));
}

#[tokio::test]
async fn officials_slots_show_kept_missed_and_uncovered() {
    let world = World::new().await;
    let [kept, missed, excused, closed] = [1, 2, 3, 4].map(|number| Uuid::from_u128(number).to_string());
    let province = || "fars".to_owned();
    let cancelled = |slot_id: String, uncovered| intake::AttendanceCancelled {
        slot_id,
        province: province(),
        uncovered,
        ..Default::default()
    };
    let announced =
        intake::AttendanceAnnounced { slot_id: kept.clone(), province: province(), ..Default::default() };
    let recorded = intake::AttendanceRecorded { slot_id: kept, province: province(), ..Default::default() };
    let facts = [
        said(&announced, at(1)),
        said(&recorded, at(2)),
        said(&intake::SlotMissed { slot_id: missed, province: province(), ..Default::default() }, at(3)),
        said(&cancelled(excused, true), at(4)),
        said(&cancelled(closed, false), at(5)),
    ];
    world.hear(&facts).await;
    let figures = world.api.clone().get_figures(asked("fars", "", "")).await.unwrap().into_inner();
    assert_eq!((figures.slots_kept, figures.slots_missed, figures.slots_uncovered), (1, 1, 1));
}

#[tokio::test]
async fn in_a_replay_overdue_is_by_the_last_moment_that_the_ledger_holds() {
    let world = World::by(Clock::following()).await;
    // Due after 360 hours.
    let open = lifecycle(Uuid::from_u128(1), "fars", 0).into_iter().take(4).collect::<Vec<_>>();
    world.hear(&open).await;
    let overdue = async |world: &World| {
        world.api.clone().get_figures(asked("", "", "")).await.unwrap().into_inner().overdue_open
    };
    assert_eq!(overdue(&world).await, 0);
    world.hear(&lifecycle(Uuid::from_u128(2), "fars", 358)).await;
    assert_eq!(overdue(&world).await, 0, "an answer at the due moment itself has made nothing overdue");
    world.hear(&lifecycle(Uuid::from_u128(3), "fars", 359)).await;
    assert_eq!(overdue(&world).await, 1);
    world.hear(&lifecycle(Uuid::from_u128(4), "fars", 10)).await;
    assert_eq!(overdue(&world).await, 1, "a fact heard late does not turn time back");
}

#[tokio::test]
async fn a_timeline_holds_the_facts_of_one_case_in_order() {
    let world = World::new().await;
    let mut facts = facts();
    // An agency asked for JSON: its referral is kept as it was published.
    let referral: routing::ReferralIssued =
        json::read(facts[9].message, json::PROTOBUF, &facts[9].payload).unwrap();
    facts[9].payload = json::write(facts[9].message, json::JSON, &referral).unwrap();
    facts[9].content_type = json::JSON;
    world.hear(&facts).await;
    let asked = GetTimelineRequest { case_id: Uuid::from_u128(2).to_string() };
    let entries = world.api.clone().get_timeline(asked).await.unwrap().into_inner().entries;
    let told: Vec<_> = entries.iter().map(|entry| (entry.fact.as_str(), entry.agency.as_str())).collect();
    let wanted = [
        ("contact_recorded", ""),
        ("case_registered", ""),
        ("referral_issued", "water"),
        ("deadline_set", "water"),
        ("action_recorded", "water"),
        ("referral_answered", "water"),
        ("case_closed", ""),
    ];
    assert_eq!(told, wanted);
    assert!(entries.is_sorted_by_key(|entry| entry.index));
}

#[tokio::test]
async fn nonsense_is_refused_by_field() {
    let world = World::new().await;
    let day = world.api.clone().get_figures(asked("", "yesterday", "")).await.unwrap_err();
    assert_eq!(day.code(), tonic::Code::InvalidArgument);
    assert!(day.message().starts_with("from_day"), "{}", day.message());
    let turned = asked("", "2025-09-24", "2025-09-23");
    let turned = world.api.clone().get_figures(turned).await.unwrap_err();
    assert!(turned.message().starts_with("to_day"), "{}", turned.message());
    let case = world.api.clone().get_timeline(GetTimelineRequest { case_id: "x".into() }).await.unwrap_err();
    assert_eq!(case.code(), tonic::Code::InvalidArgument);
}
