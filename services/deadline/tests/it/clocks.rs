//! Clocks: set, ended, fired; each effect once.

use std::collections::HashSet;

use bus::Envelope;
use contracts::deadline::{
    DeadlineBreached, DeadlineMet, DeadlineSet, ImportPoliciesRequest, Policy, ReminderDue,
};
use contracts::routing::ReferralReturned;
use contracts::{required_instant, timestamp};

use crate::world::{World, ago, answered, start};

const DAY_H: i64 = 24;

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_has_one_clock_and_ends_once_in_any_order_and_number() {
    let world = World::new(1).await;
    let (first, second) = (world.issued(ago(1)), world.issued(ago(2)));
    let answers = [answered(&first, start()), answered(&second, start())];
    world.say(&[answers[1].clone()]).await;
    world.until_quiet().await;
    world.say(&[first.clone(), second.clone(), first.clone(), second.clone()]).await;
    world.say(&answers).await;
    world.say(std::slice::from_ref(&first)).await;
    world.until_quiet().await;
    let (set, met) = (world.told::<DeadlineSet>().await, world.told::<DeadlineMet>().await);
    assert_eq!((set.len(), met.len()), (2, 2));
    assert!(met.iter().all(|met| met.on_time && !met.breach_withdrawn));
    let set = set.iter().find(|set| set.referral_id == first.referral_id).unwrap();
    assert_eq!((set.policy.as_str(), set.policy_version, set.agency.as_str()), ("general", 1, "fars_water"));
    assert_eq!(required_instant(set.due_at.as_ref()).unwrap(), ago(1 - 15 * DAY_H));
    assert!(world.told::<DeadlineBreached>().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn programmes_have_policies_of_their_own_and_a_return_ends_the_clock() {
    let world = World::new(1).await;
    let mut inaction = world.issued(ago(0));
    inaction.programme = "inaction".into();
    let mut target = world.issued(ago(48));
    (target.programme, target.target_at) = ("boston311".into(), Some(timestamp(ago(24))));
    let mut endless = world.issued(ago(400 * DAY_H));
    endless.programme = "boston311".into();
    world.say(&[inaction.clone(), target.clone(), endless.clone()]).await;
    let set = world.until::<DeadlineSet>(3).await;
    let due = |id: &str| set.iter().find(|s| s.referral_id == id).unwrap().due_at.map(|at| at.seconds);
    assert_eq!(due(&inaction.referral_id), Some(ago(-7 * DAY_H).as_second()));
    assert_eq!(due(&target.referral_id), Some(ago(24).as_second()));
    assert_eq!(due(&endless.referral_id), None);
    world.until::<DeadlineBreached>(1).await;
    let returned = |issued: &contracts::routing::ReferralIssued| ReferralReturned {
        referral_id: issued.referral_id.clone(),
        case_id: issued.case_id.clone(),
        agency: issued.agency.clone(),
        province: issued.province.clone(),
        returned_at: Some(timestamp(ago(24))),
        ..Default::default()
    };
    // The return came at the very due moment, but was heard after the breach: the breach does not count.
    world.say(&[returned(&target), returned(&endless)]).await;
    let met = world.until::<DeadlineMet>(2).await;
    let met = |id: &str| met.iter().find(|m| m.referral_id == id).unwrap();
    assert!(met(&target.referral_id).on_time && met(&target.referral_id).breach_withdrawn);
    assert!(met(&endless.referral_id).on_time && !met(&endless.referral_id).breach_withdrawn);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_replicas_fire_each_clock_once() {
    let world = World::new(3).await;
    let late: Vec<_> = (0..1_500).map(|n| world.issued(ago(16 * DAY_H + n % 200))).collect();
    let near: Vec<_> = (0..600).map(|_| world.issued(ago(14 * DAY_H + 12))).collect();
    let young: Vec<_> = (0..300).map(|_| world.issued(ago(1))).collect();
    for facts in [&late, &near, &young, &late] {
        world.say(facts).await;
    }
    world.until::<DeadlineBreached>(late.len()).await;
    world.until::<ReminderDue>(near.len()).await;
    world.until_quiet().await;
    let breached = world.told::<DeadlineBreached>().await;
    let ids: HashSet<_> = breached.iter().map(|b| b.referral_id.clone()).collect();
    assert_eq!(ids, late.iter().map(|i| i.referral_id.clone()).collect());
    assert_eq!(breached.len(), late.len());
    // The reminder five days before is long past: only the latest is stated.
    let reminded = world.told::<ReminderDue>().await;
    assert_eq!(reminded.len(), near.len());
    assert!(reminded.iter().all(|r| r.days_before == 1));
    assert_eq!(world.told::<DeadlineSet>().await.len(), late.len() + near.len() + young.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn time_passes_and_a_reminder_then_a_breach_are_stated_on_the_bus() {
    // A day passes in a second.
    let mut world = World::at_rate(2, 86_400.0).await;
    let policy = Policy {
        policy: "swift".into(),
        programme: "swift".into(),
        length_days: 3,
        reminder_days_before: vec![2],
        valid_from: Some(timestamp(ago(0))),
        ..Default::default()
    };
    world.api.import_policies(ImportPoliciesRequest { policies: vec![policy] }).await.unwrap();
    let mut river = world.bus.watch("deadline.v1.>".to_owned()).await.unwrap();
    let mut issued = world.issued(world.clock.now());
    issued.programme = "swift".into();
    world.say(std::slice::from_ref(&issued)).await;
    let mut names = Vec::new();
    while names.last().is_none_or(|last| last != "deadline_breached") {
        let next = futures_util::StreamExt::next(&mut river);
        let message = tokio::time::timeout(std::time::Duration::from_secs(60), next).await.unwrap().unwrap();
        let fact = Envelope::read(&message.subject, message.headers.as_ref(), message.payload).unwrap();
        // Policies that were adopted at the start may still be on their way.
        if fact.about == issued.referral_id {
            assert!(fact.subject.contains(".fars.fars_water."), "{}", fact.subject);
            names.push(fact.name().to_owned());
        }
    }
    assert_eq!(names, ["deadline_set", "reminder_due", "deadline_breached"]);
}
