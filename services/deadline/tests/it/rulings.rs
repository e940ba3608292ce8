//! What people rule on a referral moves or ends its clock (rule 7).

use contracts::deadline::{
    ChargedTo, DeadlineBreached, DeadlineEscalated, DeadlineMet, DeadlineMoved, DeadlineSet, MoveCause,
};
use contracts::routing::{
    AnswerHeld, AnswerRejected, ArbitrationAsked, ArbitrationRuled, ArbitrationWithdrawn, DocumentsAsked,
    DocumentsReceived, ExtensionRuled, ReferralIssued, ReferralWithdrawn,
};
use contracts::{required_instant, timestamp};

use crate::world::{World, ago, answered, start};

const DAY_H: i64 = 24;

fn ruled(world: &World, issued: &ReferralIssued, granted: bool, days: u32) -> ExtensionRuled {
    ExtensionRuled {
        action_id: world.clock.new_id().to_string(),
        referral_id: issued.referral_id.clone(),
        case_id: issued.case_id.clone(),
        agency: issued.agency.clone(),
        province: issued.province.clone(),
        granted,
        days,
        ruled_at: Some(timestamp(ago(1))),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_granted_extension_moves_the_clock_once_in_any_order_and_a_refused_one_does_not() {
    let world = World::new(1).await;
    let (known, late) = (world.issued(ago(DAY_H)), world.issued(ago(DAY_H)));
    // One is heard before its referral, the other after; both again.
    let (first, second) = (ruled(&world, &known, true, 7), ruled(&world, &late, true, 3));
    world.say(std::slice::from_ref(&known)).await;
    world.say(&[first.clone(), second.clone()]).await;
    world.until_quiet().await;
    world.say(std::slice::from_ref(&late)).await;
    world.say(&[first, second, ruled(&world, &known, false, 0)]).await;
    world.until_quiet().await;
    let moved = world.told::<DeadlineMoved>().await;
    assert_eq!(moved.len(), 1, "the other was set with its extension: {moved:?}");
    assert_eq!(
        (moved[0].cause(), moved[0].referral_id.as_str()),
        (MoveCause::Extension, known.referral_id.as_str())
    );
    assert_eq!(required_instant(moved[0].due_at.as_ref()).unwrap(), ago((1 - 15 - 7) * DAY_H));
    let set = world.told::<DeadlineSet>().await;
    let set = set.iter().find(|set| set.referral_id == late.referral_id).unwrap();
    assert_eq!(required_instant(set.due_at.as_ref()).unwrap(), ago((1 - 15 - 3) * DAY_H));
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_stop_the_clock_up_to_the_policys_maximum_at_the_citizens_charge() {
    let world = World::new(1).await;
    let issued = world.issued(ago(12 * DAY_H));
    let action_id = world.clock.new_id().to_string();
    let asked = DocumentsAsked {
        action_id: action_id.clone(),
        referral_id: issued.referral_id.clone(),
        asked_at: Some(timestamp(ago(10 * DAY_H))),
        ..Default::default()
    };
    world.say(std::slice::from_ref(&issued)).await;
    world.say(&[asked.clone(), asked]).await;
    let moved = world.until::<DeadlineMoved>(1).await;
    // The general policy lets it stand for five days.
    assert_eq!(moved[0].cause(), MoveCause::Documents);
    assert_eq!(required_instant(moved[0].due_at.as_ref()).unwrap(), ago((12 - 15 - 5) * DAY_H));
    let came = DocumentsReceived {
        action_id,
        referral_id: issued.referral_id.clone(),
        received_at: Some(timestamp(ago(8 * DAY_H))),
        ..Default::default()
    };
    world.say(&[came.clone(), came]).await;
    let moved = world.until::<DeadlineMoved>(2).await;
    assert_eq!(required_instant(moved[1].due_at.as_ref()).unwrap(), ago((12 - 15 - 2) * DAY_H));
    world.say(&[answered(&issued, start())]).await;
    let met = world.until::<DeadlineMet>(1).await.remove(0);
    let citizen = met.charges.iter().find(|charge| charge.to() == ChargedTo::Citizen).unwrap();
    assert_eq!(citizen.seconds, 2 * 86_400);
    world.until_quiet().await;
    assert_eq!(world.told::<DeadlineMoved>().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_under_review_is_not_overdue_and_its_review_is_the_centres_time() {
    let world = World::new(1).await;
    // Both would be overdue for five days by now; their answers were given two days before the end.
    let (passed, back) = (world.issued(ago(20 * DAY_H)), world.issued(ago(20 * DAY_H)));
    let held = |issued: &ReferralIssued| AnswerHeld {
        action_id: world.clock.new_id().to_string(),
        referral_id: issued.referral_id.clone(),
        held_at: Some(timestamp(ago(7 * DAY_H))),
        ..Default::default()
    };
    let (one, two) = (held(&passed), held(&back));
    // Heard before its referral, too.
    world.say(&[one.clone(), two.clone()]).await;
    world.say(&[passed.clone(), back.clone()]).await;
    world.say(&[one, two.clone()]).await;
    world.until_quiet().await;
    let rejected = AnswerRejected {
        action_id: two.action_id,
        referral_id: two.referral_id,
        held_at: two.held_at,
        rejected_at: Some(timestamp(ago(DAY_H))),
        ..Default::default()
    };
    world.say(&[rejected.clone(), rejected]).await;
    world.say(&[answered(&passed, ago(7 * DAY_H))]).await;
    let moved = world.until::<DeadlineMoved>(1).await;
    assert_eq!((moved[0].cause(), &moved[0].referral_id), (MoveCause::Review, &back.referral_id));
    assert_eq!(required_instant(moved[0].due_at.as_ref()).unwrap(), ago((20 - 15 - 6) * DAY_H));
    assert!(world.until::<DeadlineMet>(1).await[0].on_time);
    world.say(&[answered(&back, start())]).await;
    let met = world.until::<DeadlineMet>(2).await;
    let met = met.iter().find(|met| met.referral_id == back.referral_id).unwrap();
    let centre = met.charges.iter().find(|charge| charge.to() == ChargedTo::Centre).unwrap();
    assert!(met.on_time && centre.seconds == 6 * 86_400, "{met:?}");
    world.until_quiet().await;
    assert!(world.told::<DeadlineBreached>().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_case_ends_the_clock() {
    let world = World::new(1).await;
    let issued = world.issued(ago(DAY_H));
    let withdrawn = ReferralWithdrawn {
        referral_id: issued.referral_id.clone(),
        withdrawn_at: Some(timestamp(ago(1))),
        ..Default::default()
    };
    world.say(&[withdrawn.clone(), withdrawn]).await;
    world.say(std::slice::from_ref(&issued)).await;
    let met = world.until::<DeadlineMet>(1).await;
    world.until_quiet().await;
    assert!(met[0].on_time);
    assert_eq!(world.told::<DeadlineMet>().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_arbiter_has_a_working_day_and_the_province_hears_of_a_late_one() {
    let world = World::new(1).await;
    let asked = |hours| ArbitrationAsked {
        arbitration_id: world.clock.new_id().to_string(),
        case_id: world.clock.new_id().to_string(),
        province: "fars".into(),
        asked_at: Some(timestamp(ago(hours))),
        ..Default::default()
    };
    // The start is a Wednesday: three working days ago, and an hour.
    let (late, swift, gone) = (asked(4 * DAY_H), asked(1), asked(2));
    world.say(&[late.clone(), swift.clone(), gone.clone(), late.clone()]).await;
    let set = world.until::<DeadlineSet>(3).await;
    assert!(set.iter().all(|set| set.programme == "arbitration" && set.policy == "arbitration"));
    let due = |id: &str| set.iter().find(|set| set.referral_id == id).unwrap().due_at.map(|at| at.seconds);
    assert_eq!(due(&swift.arbitration_id), Some(ago(1 - DAY_H).as_second()));
    let breached = world.until::<DeadlineBreached>(1).await;
    assert_eq!(
        (breached[0].referral_id.as_str(), breached[0].agency.as_str()),
        (late.arbitration_id.as_str(), "")
    );
    assert!(!world.until::<DeadlineEscalated>(1).await.is_empty());

    let ruled = |asked: &ArbitrationAsked| ArbitrationRuled {
        arbitration_id: asked.arbitration_id.clone(),
        agency: "fars_water".into(),
        ruled_at: Some(timestamp(start())),
        ..Default::default()
    };
    let withdrawn = ArbitrationWithdrawn {
        arbitration_id: gone.arbitration_id.clone(),
        withdrawn_at: Some(timestamp(start())),
        ..Default::default()
    };
    world.say(&[ruled(&late), ruled(&swift), ruled(&swift)]).await;
    world.say(&[withdrawn]).await;
    let met = world.until::<DeadlineMet>(3).await;
    world.until_quiet().await;
    assert_eq!(world.told::<DeadlineMet>().await.len(), 3);
    let on_time = |id: &str| met.iter().find(|met| met.referral_id == id).unwrap().on_time;
    assert!(
        on_time(&swift.arbitration_id) && on_time(&gone.arbitration_id) && !on_time(&late.arbitration_id)
    );
}
