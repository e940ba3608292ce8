//! Recorded calls: each has a clock of its own until an operator follows it up (rule 1).

use contracts::deadline::{DeadlineBreached, DeadlineMet, DeadlineSet};
use contracts::intake::{VoicemailFollowedUp, VoicemailRecorded};
use contracts::{required_instant, timestamp};
use jiff::Timestamp;

use crate::world::{World, ago, start};

fn recorded(world: &World, received_at: Timestamp) -> VoicemailRecorded {
    VoicemailRecorded {
        item_id: world.clock.new_id().to_string(),
        province: "fars".into(),
        centre: "fars".into(),
        received_at: Some(timestamp(received_at)),
        ..Default::default()
    }
}

fn followed_up(item: &VoicemailRecorded) -> VoicemailFollowedUp {
    VoicemailFollowedUp {
        item_id: item.item_id.clone(),
        province: item.province.clone(),
        centre: item.centre.clone(),
        received_at: item.received_at,
        followed_up_at: Some(timestamp(start())),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_call_is_followed_up_on_the_next_working_day_or_is_late() {
    let world = World::new(2).await;
    // The evening before a Wednesday, and a Friday that nobody worked on.
    let (evening, friday) = (recorded(&world, ago(12)), recorded(&world, ago(5 * 24 - 6)));
    for _ in 0..2 {
        world.say(&[followed_up(&evening)]).await;
        world.say(&[evening.clone(), friday.clone()]).await;
    }
    let set = world.until::<DeadlineSet>(2).await;
    let due = |id: &str| {
        let set = set.iter().find(|set| set.referral_id == id).unwrap();
        assert_eq!(
            (set.programme.as_str(), set.agency.as_str(), &set.case_id),
            ("voicemail", "", &set.referral_id)
        );
        required_instant(set.due_at.as_ref()).unwrap()
    };
    assert_eq!(due(&evening.item_id), ago(12 - 24));
    // Saturday is had whole.
    assert_eq!(due(&friday.item_id), "2025-09-28T00:00:00+03:30".parse().unwrap());
    let met = world.until::<DeadlineMet>(1).await;
    assert!(met[0].referral_id == evening.item_id && met[0].on_time);
    let breached = world.until::<DeadlineBreached>(1).await;
    assert_eq!(breached[0].referral_id, friday.item_id);
    world.say(&[followed_up(&friday)]).await;
    let met = world.until::<DeadlineMet>(2).await;
    assert!(met.iter().any(|met| met.referral_id == friday.item_id && !met.on_time));
}
