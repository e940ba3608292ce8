//! Commitments of public meetings: clocks of their own, by the date that was given there.

use contracts::deadline::{DeadlineBreached, DeadlineMet, DeadlineSet};
use contracts::intake::{CommitmentMade, CommitmentOutcome, CommitmentSettled};
use contracts::{required_instant, timestamp};
use jiff::Timestamp;

use crate::world::{World, ago, start};

const DAY_H: i64 = 24;

fn made(world: &World, made_at: Timestamp, due_at: Option<Timestamp>) -> CommitmentMade {
    CommitmentMade {
        commitment_id: world.clock.new_id().to_string(),
        meeting: "fars-1404-08".into(),
        agency: "fars_water".into(),
        province: "fars".into(),
        made_at: Some(timestamp(made_at)),
        due_at: due_at.map(timestamp),
        ..Default::default()
    }
}

fn settled(made: &CommitmentMade, outcome: CommitmentOutcome) -> CommitmentSettled {
    CommitmentSettled {
        commitment_id: made.commitment_id.clone(),
        agency: made.agency.clone(),
        province: made.province.clone(),
        outcome: outcome.into(),
        settled_at: Some(timestamp(start())),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commitment_has_the_date_of_its_meeting_or_the_policys() {
    let world = World::new(2).await;
    // 1 October 2025 is a Wednesday; a week later it is one again.
    let dated = made(&world, ago(1), Some(ago(-7 * DAY_H)));
    let open = made(&world, ago(1), None);
    let late = made(&world, ago(40 * DAY_H), Some(ago(7 * DAY_H)));
    for _ in 0..2 {
        world.say(&[settled(&dated, CommitmentOutcome::Kept)]).await;
        world.say(&[dated.clone(), open.clone(), late.clone()]).await;
    }
    world.until_quiet().await;
    let set = world.told::<DeadlineSet>().await;
    assert_eq!(set.len(), 3);
    let of = |id: &str| set.iter().find(|set| set.referral_id == id).unwrap();
    assert_eq!(required_instant(of(&dated.commitment_id).due_at.as_ref()).unwrap(), ago(-7 * DAY_H));
    assert_eq!(of(&open.commitment_id).policy, "commitment");
    let days =
        required_instant(of(&open.commitment_id).due_at.as_ref()).unwrap().duration_since(ago(1)).as_hours()
            / 24;
    assert!((30..=34).contains(&days), "a month, and on to a working day: {days}");
    // The clock is nobody's case: what was ordered has its own date.
    assert!(set.iter().all(|set| set.case_id == set.referral_id && set.programme == "commitment"));
    let breached = world.until::<DeadlineBreached>(1).await;
    assert_eq!(breached[0].referral_id, late.commitment_id);
    world.say(&[settled(&late, CommitmentOutcome::Broken)]).await;
    let met = world.until::<DeadlineMet>(2).await;
    let of = |id: &str| met.iter().find(|met| met.referral_id == id).unwrap();
    assert!(of(&dated.commitment_id).on_time && !of(&late.commitment_id).on_time);
}
