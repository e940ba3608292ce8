//! The page and the feed of the officials' attendance, behind a server that knows two slots.

use contracts::intake::attendance_service_server::AttendanceService;
use contracts::intake::*;
use tonic::{Request, Response, Status};

use crate::world::World;

pub struct Slots;

/// Tomorrow's slot and one that was cancelled; the feed's reader must unescape the name.
fn slots(request: &ListSlotsRequest) -> Vec<Slot> {
    let from = contracts::required_instant(request.from.as_ref()).unwrap();
    let at = |hours: i64| Some(contracts::timestamp(from + jiff::SignedDuration::from_hours(hours)));
    let kept = Slot {
        slot_id: "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0020".into(),
        name_fa: "مریم کریمی؛ <b>, دکتر".into(),
        title_fa: "مدیرعامل شرکت آب و فاضلاب استان فارس و رئیس کارگروه سازگاری با کم‌آبی".into(),
        province: "fars".into(),
        state: SlotState::Announced.into(),
        starts_at: at(24),
        ends_at: at(26),
        changed_at: at(0),
        sequence: 3,
        ..Slot::default()
    };
    let off = Slot {
        slot_id: "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0021".into(),
        state: SlotState::Uncovered.into(),
        reason_fa: "مأموریت".into(),
        ..kept.clone()
    };
    vec![kept, off]
}

#[tonic::async_trait]
impl AttendanceService for Slots {
    async fn list_slots(
        &self,
        request: Request<ListSlotsRequest>,
    ) -> Result<Response<ListSlotsResponse>, Status> {
        let request = request.into_inner();
        let slots = if request.province == "yazd" { Vec::new() } else { slots(&request) };
        Ok(Response::new(ListSlotsResponse { slots, ..Default::default() }))
    }

    async fn import_attendance(
        &self,
        _: Request<ImportAttendanceRequest>,
    ) -> Result<Response<ImportAttendanceResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn record_attendance(
        &self,
        _: Request<RecordAttendanceRequest>,
    ) -> Result<Response<RecordAttendanceResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn cancel_slot(
        &self,
        _: Request<CancelSlotRequest>,
    ) -> Result<Response<CancelSlotResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }
}

/// Properties of every event, unfolded and unescaped as RFC 5545 says.
fn events(text: &str) -> Vec<Vec<(String, String)>> {
    let plain = |value: &str| value.replace("\\,", ",").replace("\\;", ";").replace("\\n", "\n");
    let unfolded = text.replace("\r\n ", "");
    let mut events = Vec::new();
    for line in unfolded.split_terminator("\r\n") {
        let (name, value) = line.split_once(':').expect("a property and its value");
        match (name, value) {
            ("BEGIN", "VEVENT") => events.push(Vec::new()),
            ("END", "VEVENT") => {}
            _ if events.is_empty() => {}
            _ => events.last_mut().unwrap().push((name.to_owned(), plain(value))),
        }
    }
    events
}

#[tokio::test]
async fn the_page_is_persian_and_says_what_will_not_be() {
    let world = World::new().await;
    let page = world.get("/attendance?province=fars").await.text().await.unwrap();
    assert!(page.contains("dir=\"rtl\"") && page.contains("استان فارس"), "{page}");
    assert!(
        page.contains("مریم کریمی؛ &#60;b&#62;")
            && page.contains("برگزار نمی‌شود")
            && page.contains("مأموریت")
    );
    assert!(page.contains("href=\"/attendance.ics?lang=fa&#38;province=fars\""), "{page}");
    assert!(page.contains("href=\"?lang=en&#38;province=fars\""), "the switch keeps the province: {page}");
    let english = world.get("/attendance?lang=en&province=yazd").await.text().await.unwrap();
    assert!(english.contains("No attendance is announced") && english.contains("Yazd province"), "{english}");
    let strange = world.get("/attendance?province=%22%3E%3Cscript%3E").await.text().await.unwrap();
    assert!(!strange.contains("<script>") && !strange.contains("script%3E"));
    world.end().await;
    let alone = World::alone().await;
    let away = alone.get("/attendance").await;
    assert_eq!(away.status(), 503);
    assert!(away.text().await.unwrap().contains("<html"));
    alone.end().await;
}

#[tokio::test]
async fn the_feed_is_what_calendars_take() {
    let world = World::new().await;
    let response = world.get("/attendance.ics?province=fars").await;
    assert_eq!(response.headers()["content-type"], "text/calendar; charset=utf-8");
    let text = response.text().await.unwrap();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let events = events(&text);
    let of = |event: usize, name: &str| {
        let found = events[event].iter().find(|(property, _)| property == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default().to_owned()
    };
    assert_eq!(events.len(), 2);
    assert_eq!(of(0, "UID"), "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0020@111.samad");
    assert!(of(0, "SUMMARY").contains("مریم کریمی؛ <b>, دکتر"), "{text}");
    assert_eq!((of(0, "SEQUENCE"), of(0, "STATUS")), ("3".to_owned(), "CONFIRMED".to_owned()));
    assert_eq!((of(1, "STATUS"), of(1, "DESCRIPTION")), ("CANCELLED".to_owned(), "مأموریت".to_owned()));
    for name in ["DTSTAMP", "DTSTART", "DTEND"] {
        let value = of(0, name);
        assert!(value.len() == 16 && value.ends_with('Z') && value.as_bytes()[8] == b'T', "{name} {value}");
    }
    world.end().await;
}
