//! Officials at the centre: announced in advance, kept by themselves or missed, and nobody stands in.

use contracts::intake::{
    AttendanceAnnounced, AttendanceCancelled, AttendancePattern, AttendanceRecorded, CancelSlotRequest,
    ContactRecorded, HoursKind, HoursRule, ImportAttendanceRequest, ImportAttendanceResponse,
    ImportDeskRulesRequest, ListSlotsRequest, ListSlotsResponse, RecordAttendanceRequest,
    RegisterContactRequest, Slot, SlotMissed, SlotState,
};
use contracts::ops::GetFlowRequest;
use contracts::timestamp;
use intake::{attendance_file, desk_file};
use jiff::Timestamp;
use tonic::{Code, Request, Status};

use crate::world::{PATIENCE, World, request};

/// Saturday 3 January 2026, 09:30 in Tehran.
const SATURDAY: &str = "2026-01-03T06:00:00Z";
/// Wednesday 7 January, 10:30 in Tehran: within the first slot that can still be announced.
const WEDNESDAY: &str = "2026-01-07T07:00:00Z";

fn at<T>(moment: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("samad-at", moment.parse().unwrap());
    request
}

/// Even days 10:00–12:00 in Fars.
fn even_days() -> AttendancePattern {
    AttendancePattern {
        pattern: "even-days".into(),
        official: "fars-water".into(),
        name_fa: "نام نمونه".into(),
        title_fa: "مدیرعامل آب و فاضلاب".into(),
        province: "fars".into(),
        weekdays: vec![6, 1, 3],
        opens_at: "10:00".into(),
        closes_at: "12:00".into(),
        from_day: "2026-01-03".into(),
        ..Default::default()
    }
}

async fn import(
    world: &mut World,
    patterns: Vec<AttendancePattern>,
) -> Result<ImportAttendanceResponse, Status> {
    let policies = attendance_file::shipped().unwrap().policies;
    let request = ImportAttendanceRequest { patterns, policies };
    Ok(world.attendance.import_attendance(at(SATURDAY, request)).await?.into_inner())
}

async fn opened() -> World {
    let mut world = World::at("following").await;
    world.work_list.import_desk_rules(desk_file::shipped().unwrap()).await.unwrap();
    import(&mut world, vec![even_days()]).await.unwrap();
    world
}

async fn list(world: &mut World) -> ListSlotsResponse {
    let request = ListSlotsRequest {
        province: "fars".into(),
        from: Some(timestamp(SATURDAY.parse().unwrap())),
        ..Default::default()
    };
    world.attendance.list_slots(request).await.unwrap().into_inner()
}

async fn first(world: &mut World) -> Slot {
    list(world).await.slots.remove(0)
}

/// The sweeps look at once; a service that has just started and has no consumers yet is asked again.
async fn swept(world: &mut World) {
    let patience = tokio::time::Instant::now() + PATIENCE;
    while let Err(status) = world.ops.get_flow(GetFlowRequest { sweep: true }).await {
        assert!(tokio::time::Instant::now() < patience, "{status}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

fn came(slot: &Slot, official: &str) -> RecordAttendanceRequest {
    RecordAttendanceRequest { slot_id: slot.slot_id.clone(), official: official.into(), arrived_at: None }
}

#[tokio::test]
async fn slots_are_announced_in_time_or_refused() {
    let mut world = World::at("following").await;
    world.work_list.import_desk_rules(desk_file::shipped().unwrap()).await.unwrap();
    let imported = import(&mut world, vec![even_days()]).await.unwrap();
    let refused: Vec<&str> = imported.refused.iter().map(|refused| refused.day.as_str()).collect();
    assert_eq!(refused, ["2026-01-03", "2026-01-05"], "the lead time of three days is over");
    // From the 7th of January to the 17th of February: three a week.
    assert_eq!((imported.adopted, imported.announced), (2, 18));
    let listed = list(&mut world).await;
    assert_eq!((listed.slots.len(), listed.figures.unwrap().announced), (18, 18));
    assert_eq!(listed.slots[0].starts_at, Some(timestamp("2026-01-07T06:30:00Z".parse().unwrap())));
    assert_eq!(world.stated::<AttendanceAnnounced>(18).await.len(), 18);

    let again = import(&mut world, vec![even_days()]).await.unwrap();
    assert_eq!((again.adopted, again.unchanged, again.announced), (0, 2, 0));
    let once = AttendancePattern {
        pattern: "surprise".into(),
        weekdays: Vec::new(),
        from_day: "2026-01-05".into(),
        ..even_days()
    };
    let late = import(&mut world, vec![once.clone()]).await.unwrap_err();
    assert_eq!(late.code(), Code::InvalidArgument);
    assert!(late.message().contains("surprise: must be announced 3 days before its day"), "{late}");
    let in_time = AttendancePattern { from_day: "2026-01-06".into(), ..once };
    assert_eq!(import(&mut world, vec![in_time]).await.unwrap().announced, 1);
}

#[tokio::test]
async fn contacts_taken_in_a_slot_carry_the_official_and_nobody_stands_in() {
    let mut world = opened().await;
    let slot = first(&mut world).await;
    let deputy =
        world.attendance.record_attendance(at(WEDNESDAY, came(&slot, "fars-deputy"))).await.unwrap_err();
    assert_eq!(deputy.code(), Code::InvalidArgument);
    assert!(deputy.message().contains("nobody stands in"), "{deputy}");
    for _ in 0..2 {
        let kept =
            world.attendance.record_attendance(at(WEDNESDAY, came(&slot, "fars-water"))).await.unwrap();
        let kept = kept.into_inner().slot.unwrap();
        assert_eq!(
            (kept.state(), kept.arrived_at),
            (SlotState::Kept, Some(timestamp(WEDNESDAY.parse().unwrap())))
        );
    }
    assert_eq!(world.stated::<AttendanceRecorded>(1).await.len(), 1);

    let contact = |key: &str, moment: &str| RegisterContactRequest {
        slot_id: slot.slot_id.clone(),
        occurred_at: Some(timestamp(moment.parse::<Timestamp>().unwrap())),
        ..request(key)
    };
    let outside = at(WEDNESDAY, contact("slot-0001", SATURDAY));
    let outside = world.client.register_contact(outside).await.unwrap_err();
    assert!(outside.message().contains("slot_id: the contact was not taken during the slot"), "{outside}");
    world.client.register_contact(at(WEDNESDAY, contact("slot-0002", WEDNESDAY))).await.unwrap();
    world.client.register_contact(at(WEDNESDAY, request("slot-0003"))).await.unwrap();
    let facts = world.stated::<ContactRecorded>(2).await;
    let officials: Vec<&str> = facts.iter().map(|fact| fact.official.as_str()).collect();
    assert_eq!(officials, ["fars-water", ""]);
    // Four days later the horizon holds two slots more.
    swept(&mut world).await;
    let listed = list(&mut world).await;
    let figures = listed.figures.unwrap();
    assert_eq!((listed.slots[0].contacts, figures.kept, figures.announced, figures.contacts), (1, 1, 19, 1));
}

#[tokio::test]
async fn who_was_not_there_has_missed_it_and_a_closure_cancels() {
    let mut world = opened().await;
    let slots = list(&mut world).await.slots;
    let excuse = CancelSlotRequest {
        slot_id: slots[1].slot_id.clone(),
        reason_fa: "مأموریت خارج از استان".into(),
    };
    let uncovered = world.attendance.cancel_slot(at(SATURDAY, excuse.clone())).await.unwrap().into_inner();
    assert_eq!(uncovered.slot.unwrap().state(), SlotState::Uncovered);
    world.attendance.cancel_slot(at(SATURDAY, excuse)).await.unwrap();
    // Monday the 12th is closed for dust.
    let dust = HoursRule {
        rule: "dust".into(),
        kind: HoursKind::Closure.into(),
        province: "fars".into(),
        from_day: "2026-01-12".into(),
        until_day: "2026-01-12".into(),
        reason_fa: "گرد و غبار".into(),
        ..Default::default()
    };
    let rules = ImportDeskRulesRequest { hours: vec![dust], ..Default::default() };
    world.work_list.import_desk_rules(rules).await.unwrap();
    swept(&mut world).await;
    let cancelled = world.stated::<AttendanceCancelled>(2).await;
    let told: Vec<_> = cancelled.iter().map(|c| (c.uncovered, c.reason_fa.as_str(), c.sequence)).collect();
    assert_eq!(told, [(true, "مأموریت خارج از استان", 1), (false, "گرد و غبار", 1)]);

    // A day after the end of the first slot, in which nobody came, in two replicas.
    let _second = world.replica().await;
    let later = "2026-01-08T08:31:00Z";
    let late =
        world.attendance.record_attendance(at(later, came(&slots[0], "fars-water"))).await.unwrap_err();
    assert_eq!(late.code(), Code::InvalidArgument);
    swept(&mut world).await;
    let missed = world.stated::<SlotMissed>(1).await;
    assert_eq!((missed.len(), missed[0].slot_id.as_str()), (1, slots[0].slot_id.as_str()));
    let figures = list(&mut world).await.figures.unwrap();
    assert_eq!((figures.missed, figures.uncovered, figures.cancelled, figures.kept), (1, 1, 1, 0));
}
