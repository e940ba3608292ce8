//! Agencies whose managers are invited to a public meeting are told of it, and of its moving.

use contracts::intake::{MeetingCalled, MeetingInvited};
use contracts::notification::{NoticeSent, Recipient};
use contracts::routing::{NamedTopic, TopicsNamed};
use contracts::timestamp;
use stage::patiently;

use crate::recipients::{import, recipient};
use crate::world::World;

fn moment(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn invited(agency: &str) -> MeetingInvited {
    MeetingInvited {
        meeting: "shiraz-7".into(),
        province: "fars".into(),
        agency: agency.into(),
        title_fa: "ملاقات مردمی مهر".into(),
        place_fa: "سالن استانداری".into(),
        starts_at: Some(timestamp(moment("2025-10-12T09:00:00+03:30"))),
        topics: vec!["water.leak".into(), "roads".into()],
        turns: 3,
        invited_at: Some(timestamp(moment("2025-10-01T09:00:00+03:30"))),
    }
}

fn called(version: u32, called_at: &str, starts_at: &str) -> MeetingCalled {
    MeetingCalled {
        meeting: "shiraz-7".into(),
        version,
        title_fa: "ملاقات مردمی مهر".into(),
        province: "fars".into(),
        place_fa: "سالن استانداری".into(),
        starts_at: Some(timestamp(moment(starts_at))),
        called_at: Some(timestamp(moment(called_at))),
        ..Default::default()
    }
}

async fn say<F: contracts::Fact>(world: &World, fact: &F) {
    // The broker forgets ids after a while: the same fact comes again.
    let once = [world.said(fact)];
    world.publish(&once).await;
    for mut again in once {
        again.subject.push_str("_again");
        world.publish(&[again]).await;
    }
    patiently("all is heard", async || world.has_heard_all().await.then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_invited_reads_where_when_and_of_what_and_hears_of_a_move_once() {
    let world = World::new(2, 1.0, |_| {}).await;
    let agency = |code: &str| Recipient { agency: code.into(), ..recipient(&format!("{code}-head"), "fars") };
    import(&world, vec![recipient("fars-governor", "fars"), agency("fa-water"), agency("fa-roads")]).await;
    let leak = NamedTopic { code: "water.leak".into(), name_fa: "نشت آب".into(), ..Default::default() };
    say(&world, &TopicsNamed { topics: vec![leak], ..Default::default() }).await;
    say(&world, &called(1, "2025-10-01T08:00:00+03:30", "2025-10-12T09:00:00+03:30")).await;
    say(&world, &invited("fa-water")).await;
    world.until::<NoticeSent>(1).await;
    let text = world.lines()[0]["text"].as_str().unwrap().to_owned();
    for part in ["«ملاقات مردمی مهر»", "۲۰ مهر ۱۴۰۴ ساعت ۰۹:۰۰", "سالن استانداری", "۳ نوبت", "نشت آب، roads"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    // Turns are taken longer: nobody need come at another time.
    say(&world, &called(2, "2025-10-02T08:00:00+03:30", "2025-10-12T09:00:00+03:30")).await;
    say(&world, &called(3, "2025-10-03T08:00:00+03:30", "2025-10-13T10:30:00+03:30")).await;
    // An older change that was overtaken moves nothing.
    say(&world, &called(2, "2025-10-02T09:00:00+03:30", "2025-10-14T10:30:00+03:30")).await;
    // Invited before the meeting moved, heard after: told of where it is now.
    say(&world, &invited("fa-roads")).await;
    world.until::<NoticeSent>(3).await;
    world.until_quiet().await;
    let sent = world.told::<NoticeSent>().await;
    let mut told: Vec<_> =
        sent.iter().map(|sent| (sent.recipient.as_str(), sent.template.as_str())).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("fa-roads-head", "meeting_invited"),
            ("fa-water-head", "meeting_invited"),
            ("fa-water-head", "meeting_moved")
        ]
    );
    let moved = "۲۱ مهر ۱۴۰۴ ساعت ۱۰:۳۰";
    assert_eq!(world.lines().iter().filter(|line| line["text"].as_str().unwrap().contains(moved)).count(), 2);
}
