//! Promised dates leave out the days off that deadline told of before (rule 7).

use contracts::deadline::{CalendarAdopted, ClosureAnnounced, ClosureRevoked, PolicyAdopted, WeekAdopted};
use contracts::timestamp;
use jiff::Timestamp;
use tonic::Request;

use crate::world::{PATIENCE, World, envelope, request};

/// Wednesday in Tehran, 10:00.
const WEDNESDAY: &str = "2025-09-24T06:30:00Z";

/// What is promised to who registers on that Wednesday, once it is this.
async fn promised(world: &mut World, programme: &str, wanted: &str) {
    let wanted = Some(timestamp(wanted.parse::<Timestamp>().unwrap()));
    let deadline = tokio::time::Instant::now() + PATIENCE;
    for number in 0.. {
        let mut contact =
            request(&format!("promise-{programme}-{number:04}-{}", wanted.map_or(0, |at| at.seconds)));
        contact.programme = programme.to_owned();
        let mut contact = Request::new(contact);
        contact.metadata_mut().insert("samad-at", WEDNESDAY.parse().unwrap());
        let due_at = world.client.register_contact(contact).await.unwrap().into_inner().due_at;
        if due_at == wanted {
            return;
        }
        assert!(tokio::time::Instant::now() < deadline, "{due_at:?} is promised instead of {wanted:?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

fn policy(programme: &str, working_days: bool) -> PolicyAdopted {
    PolicyAdopted {
        policy: format!("policy-{programme}"),
        version: 1,
        programme: programme.into(),
        length_days: 3,
        working_days,
        valid_from: Some(timestamp("2000-01-01T00:00:00Z".parse().unwrap())),
        ..Default::default()
    }
}

fn closure(id: &str, province: &str, day: &str) -> ClosureAnnounced {
    ClosureAnnounced {
        closure_id: id.into(),
        province: province.into(),
        first_day: day.into(),
        last_day: day.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn closures_holidays_and_weekly_days_off_heard_before_are_in_the_promise() {
    let mut world = World::at("following").await;
    let (snow, dust) = ("0199aaaa-bbbb-7ccc-8ddd-eeeeffff0031", "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0032");
    let revoked = ClosureRevoked {
        closure_id: dust.into(),
        province: "fars".into(),
        first_day: "2025-09-26".into(),
        last_day: "2025-09-26".into(),
        ..Default::default()
    };
    let facts = [
        envelope(&policy("", false)),
        envelope(&policy("work", true)),
        envelope(&closure(snow, "fars", "2025-09-25")),
        envelope(&closure("0199aaaa-bbbb-7ccc-8ddd-eeeeffff0033", "yazd", "2025-09-26")),
        // Taken back before it is heard of.
        envelope(&revoked),
        envelope(&closure(dust, "fars", "2025-09-26")),
    ];
    world.bus.publish("deadline", &facts).await.unwrap();
    promised(&mut world, "", "2025-09-28T06:30:00Z").await;
    let calendar = CalendarAdopted {
        version: 2,
        first_day: "2025-03-21".into(),
        last_day: "2026-03-20".into(),
        holidays: vec!["2025-09-28".into()],
        weeks: vec![WeekAdopted {
            province: String::new(),
            first_day: "2000-01-01".into(),
            days_off: vec![5],
        }],
        ..Default::default()
    };
    world.bus.publish("deadline", &[envelope(&calendar)]).await.unwrap();
    // Thursday is closed, Friday off, Sunday a holiday: Saturday, Monday and Tuesday count.
    promised(&mut world, "work", "2025-09-30T06:30:00Z").await;
    promised(&mut world, "", "2025-09-28T06:30:00Z").await;
}
