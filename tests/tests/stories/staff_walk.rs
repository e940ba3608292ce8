//! A province's people walk through their doors: the work list, guidance, attendance, a meeting, a trip, the year.

use chassis::clock::Clock;
use chassis::identity::{Purpose, TOKEN_LIFE};
use chassis::{Caller, Role};
use contracts::intake::ImportGuidanceRequest;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::office::{accounts, field, get, post, put, register, signed_in, token};
use crate::world::{World, leak};

const EA: &str = "east-azerbaijan";

pub async fn staffed() -> World {
    let world = World::new().await;
    accounts(
        &world,
        &[
            ("operator.ea", Role::Operator, EA),
            ("manager.ea", Role::Manager, EA),
            ("manager.fars", Role::Manager, "fars"),
        ],
    );
    world
}

/// What a telephone exchange of the deployment signs in with.
pub fn exchange(world: &World) -> String {
    let caller = Caller::of_deployment(Role::Service, "pbx-1");
    let until = Clock::live().now() + TOKEN_LIFE;
    world.system.secrets.signer().unwrap().sign(Purpose::Call, &caller, until).unwrap()
}

fn hours_from_now(hours: i64) -> Timestamp {
    Clock::live().now() + SignedDuration::from_hours(hours)
}

/// The exchange brings a voicemail and its sound, each twice; the item that an operator will follow up.
pub async fn a_call_is_recorded(world: &World, pbx: &str, operator: &str) -> Value {
    let now = Clock::live().now();
    let voicemail = json!({"province": EA, "caller": "09141234567", "received_at": now});
    let path = "/api/v1/calls/pbx-0001/voicemail";
    let (status, kept) = put(world, path, pbx, &voicemail).await;
    assert_eq!(status, 200, "{kept}");
    assert_eq!(
        put(world, path, pbx, &voicemail).await.1["item_id"],
        kept["item_id"],
        "told twice, kept once"
    );
    assert_eq!(put(world, path, operator, &voicemail).await.0, 403, "operators are no exchange");

    let path = format!("/api/v1/calls/pbx-0001/recording?province={EA}&started_at={now}&ended_at={now}");
    let sound = vec![7_u8; 100_000];
    let send = async |sound: Vec<u8>| {
        let request = world.http.put(world.url(&path)).bearer_auth(pbx).header("content-type", "audio/wav");
        request.header("caller", "09141234567").body(sound).send().await.unwrap()
    };
    let stored: Value = send(sound.clone()).await.json().await.unwrap();
    assert_eq!(stored["size_bytes"], 100_000, "{stored}");
    let again: Value = send(sound).await.json().await.unwrap();
    assert_eq!(again, stored, "told twice, kept once");
    assert_eq!(send(vec![8]).await.status(), 409, "another sound of the same call");
    kept["item_id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_1_2_and_3_a_recorded_call_becomes_a_case_in_an_operators_hand() {
    let world = staffed().await;
    let (pbx, operator) = (exchange(&world), token(&world, "operator.ea").await);
    let item_id = a_call_is_recorded(&world, &pbx, &operator).await;
    let (_, taken) = post(&world, "/api/v1/work-list/next", &operator, &json!({})).await;
    assert_eq!((&taken["item"]["item_id"], &taken["item"]["caller"]), (&item_id, &json!("+989141234567")));
    let released = world.http.delete(world.url("/api/v1/work-list/in-hand")).bearer_auth(&operator).send();
    assert_eq!(released.await.unwrap().json::<Value>().await.unwrap()["released"], 1);

    let browser = signed_in(&world, "operator.ea").await;
    let resting = browser.page("/staff/work").await;
    assert!(resting.contains("مورد بعدی") && !resting.contains("۹۱۴۱۲۳۴۵۶۷"), "{resting}");
    let form = field(&resting, "form").to_owned();
    let page = browser.post("/staff/work/take", &[("form", &form)]).await.text().await.unwrap();
    assert!(page.contains("۹۸۹۱۴۱۲۳۴۵۶۷"), "{page}");
    let (item, call) = (field(&page, "item").to_owned(), field(&page, "call").to_owned());
    let register = async |topic: &str| {
        let fields = [
            ("form", form.as_str()),
            ("item", &item),
            ("call", &call),
            ("outcome", "register"),
            ("kind", "request"),
            ("topic", topic),
            ("county", "tabriz"),
            ("place", "تبریز، چهارراه آبرسان"),
            ("text", "آب از زیر آسفالت کوچه بیرون می‌زند."),
            ("national_id", "۰۰۸۴۵۷۵۹۴۸"),
            ("phone", "۰۹۱۴۱۲۳۴۵۶۷"),
        ];
        browser.post("/staff/work/register", &fields).await.text().await.unwrap()
    };
    let wrong = register("").await;
    assert!(wrong.contains("ثبت نشد") && wrong.contains("زیر آسفالت"), "what was typed stays: {wrong}");
    let registered = register("water.leak").await;
    let code = registered.split("class=\"code big\" dir=\"ltr\">").nth(1).expect(&registered);
    let code = jalali::digits::latin(code.split('<').next().unwrap());
    assert_eq!(world.case(&code).await["topic"], "water.leak");
    let (_, nothing) = post(&world, "/api/v1/work-list/next", &operator, &json!({})).await;
    assert_eq!(nothing["item"], Value::Null, "it is followed up");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_11_advice_is_found_by_its_words_and_cited() {
    let world = staffed().await;
    let entries = intake::guidance_file::shipped().unwrap();
    world.doors.guidance().import_guidance(ImportGuidanceRequest { entries }).await.unwrap();
    let operator = token(&world, "operator.ea").await;
    let words = "%D9%82%D8%B7%D8%B9%20%D8%A2%D8%A8"; // قطع آب
    let (status, found) = get(&world, &format!("/api/v1/guidance?words={words}"), &operator).await;
    assert_eq!((status, &found["found"][0]["entry"]["entry"]), (200, &json!("water-outage")), "{found}");
    let (_, one) = get(&world, "/api/v1/guidance/water-outage", &operator).await;
    assert_eq!((&one["entry"]["kind"], &one["entry"]["rungs"]), (&json!("mission"), &json!(["information"])));
    assert_eq!(get(&world, "/api/v1/guidance/nothing-like-it", &operator).await.0, 404);
    let browser = signed_in(&world, "operator.ea").await;
    let page = browser.page(&format!("/staff/guidance?words={words}")).await;
    assert!(page.contains("قطعی و افت فشار آب") && page.contains("water-outage"), "{page}");
    let mut cited = leak();
    cited["outcome"] = json!("guidance");
    cited["guidance_entry"] = json!("water-outage");
    let (status, made) = world.register(Some("walk-guidance"), &cited).await;
    assert_eq!((status, &made["case_id"]), (201, &Value::Null), "{made}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_is_excused_by_its_own_province_only() {
    let world = staffed().await;
    // Officials attend while the centre answers.
    world.doors.work_list().import_desk_rules(intake::desk_file::shipped().unwrap()).await.unwrap();
    world.doors.attendance().import_attendance(intake::attendance_file::shipped().unwrap()).await.unwrap();
    let (_, listed) = get(&world, &format!("/api/v1/attendance?province={EA}"), "").await;
    let slot = listed["slots"][0]["slot_id"].as_str().expect("a slot lies ahead").to_owned();
    let path = format!("/api/v1/attendance/{slot}/cancellation");
    let excuse = json!({"reason_fa": "مأموریت بیرون از استان"});
    assert_eq!(post(&world, &path, &token(&world, "manager.fars").await, &excuse).await.0, 403);
    let (status, cancelled) = post(&world, &path, &token(&world, "operator.ea").await, &excuse).await;
    assert_eq!((status, &cancelled["slot"]["state"]), (200, &json!("uncovered")), "{cancelled}");
    let page = signed_in(&world, "operator.ea").await.page("/staff/attendance").await;
    assert!(page.contains("مأموریت بیرون از استان") && page.contains("بی‌پوشش"), "{page}");
    world.end().await;
}

/// A meeting of that code that begins then; a later call of it changes its times.
async fn call_meeting(world: &World, token: &str, starts_at: Timestamp) -> (u16, Value) {
    let meeting = json!({
        "title_fa": "ملاقات مردمی تبریز", "province": EA, "place_fa": "استانداری",
        "starts_at": starts_at, "ends_at": starts_at + SignedDuration::from_hours(2), "turns_until": starts_at,
    });
    put(world, "/api/v1/meetings/tabriz-1", token, &meeting).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ordered_at_a_meeting_is_kept_or_broken() {
    let world = staffed().await;
    let (manager, fars) = (token(&world, "manager.ea").await, token(&world, "manager.fars").await);
    assert_eq!(call_meeting(&world, &fars, hours_from_now(5)).await.0, 403, "another province's meeting");
    let (status, called) = call_meeting(&world, &manager, hours_from_now(5)).await;
    assert_eq!((status, &called["meeting"]["version"]), (200, &json!(1)), "{called}");
    let mut turn = leak();
    (turn["channel"], turn["meeting"]) = (json!("in_person"), json!("tabriz-1"));
    assert_eq!(world.register(Some("walk-turn-1"), &turn).await.0, 201);
    // The day of the meeting has come.
    assert_eq!(call_meeting(&world, &manager, hours_from_now(-1)).await.0, 200);
    assert_eq!(get(&world, "/api/v1/meetings", &fars).await.1["meetings"], json!([]));
    let (_, agenda) = get(&world, "/api/v1/meetings/tabriz-1/agenda", &manager).await;
    assert_eq!(agenda["topics"][0]["topic"], "water.leak", "{agenda}");

    let browser = signed_in(&world, "manager.ea").await;
    assert!(browser.page("/staff/meetings").await.contains("ملاقات مردمی تبریز"));
    let page = browser.page("/staff/meetings/tabriz-1").await;
    assert!(page.contains("زیر آسفالت"), "the matter stands on the agenda: {page}");
    let form = field(&page, "form").to_owned();
    let due = jalali::Tehran::new().unwrap().date(hours_from_now(10 * 24));
    let due_fa = jalali::digits::persian(&due.to_string());
    let ordered = [
        ("form", form.as_str()),
        ("key", field(&page, "key")),
        ("agency", "ea-water"),
        ("person", "مدیر امور آب تبریز"),
        ("text", "لولهٔ کوچه تا پایان ماه عوض شود"),
        ("due_day", &due_fa),
    ];
    for _ in 0..2 {
        let answer = browser.post("/staff/meetings/tabriz-1/record", &ordered).await;
        assert_eq!(answer.headers()["location"], "/staff/meetings/tabriz-1?said=done");
    }
    let (_, made) = get(&world, "/api/v1/meetings/tabriz-1/commitments", &manager).await;
    assert_eq!(made["commitments"].as_array().unwrap().len(), 1, "sent twice, kept once: {made}");
    assert_eq!(made["commitments"][0]["due_day"], due.civil().to_string());
    let id = made["commitments"][0]["commitment_id"].as_str().unwrap();
    let path = format!("/api/v1/commitments/{id}/outcome");
    let kept = json!({"outcome": "kept", "text": "لوله عوض شد"});
    assert_eq!(post(&world, &path, &fars, &kept).await.0, 403);
    assert_eq!(
        post(&world, &path, &manager, &json!({"outcome": "perhaps", "text": "لوله عوض شد"})).await.0,
        422
    );
    let (status, settled) = post(&world, &path, &manager, &kept).await;
    assert_eq!((status, &settled["commitment"]["outcome"]), (200, &json!("kept")), "{settled}");
    assert!(browser.page("/staff/meetings/tabriz-1").await.contains("انجام شد"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trip_is_opened_and_reports_what_it_brought() {
    let world = staffed().await;
    let (manager, fars) = (token(&world, "manager.ea").await, token(&world, "manager.fars").await);
    let day = |hours: i64| hours_from_now(hours).to_string()[..10].to_owned();
    let trip = json!({"name_fa": "سفر تبریز", "province": EA, "from_day": day(-24), "until_day": day(48), "lines": 20});
    let path = "/api/v1/campaigns/safar-tabriz";
    assert_eq!(put(&world, path, &fars, &trip).await.0, 403, "another province's trip");
    let (status, opened) = put(&world, path, &manager, &trip).await;
    assert_eq!((status, &opened["campaign"]["programme"]), (200, &json!("safar-tabriz")), "{opened}");
    let mut contact = leak();
    contact["campaign"] = json!("safar-tabriz");
    assert_eq!(world.register(Some("walk-trip-0"), &contact).await.0, 422, "the public claims no trip");
    let operator = token(&world, "operator.ea").await;
    let (status, made) = register(&world, &operator, "walk-trip-1", &contact).await;
    assert_eq!(status, 201, "{made}");
    let (_, report) = get(&world, &format!("{path}/report"), &manager).await;
    assert_eq!((&report["contacts"], &report["cases"]), (&json!(1), &json!(1)), "{report}");
    assert_eq!(report["by_topic"], json!([{"of": "water.leak", "contacts": 1}]));
    let browser = signed_in(&world, "manager.ea").await;
    assert!(browser.page("/staff/trips").await.contains("سفر تبریز"));
    let page = browser.page("/staff/trips/safar-tabriz").await;
    assert!(page.contains("۲۰ خط تلفن") && page.contains("درخواست"), "{page}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_6_7_and_10_deadline_year_and_report_are_explained_to_who_may() {
    let world = staffed().await;
    let (operator, manager) = (token(&world, "operator.ea").await, token(&world, "manager.ea").await);
    let (_, made) = world.register(Some("walk-deadline"), &leak()).await;
    world.figures_when(|figures| figures["referrals"] == 1).await;
    let case_id = made["case_id"].as_str().unwrap();
    let (_, listed) = get(&world, &format!("/api/v1/referrals?case_id={case_id}"), &operator).await;
    let referral_id = listed["referrals"][0]["referral_id"].as_str().unwrap();
    let (status, explained) =
        get(&world, &format!("/api/v1/referrals/{referral_id}/deadline"), &operator).await;
    assert_eq!(status, 200, "{explained}");
    assert!(explained["steps"][0]["text_fa"].is_string() && explained["due_at"].is_string(), "{explained}");

    for path in ["/api/v1/overdue", "/api/v1/closures", "/api/v1/document-requests", "/api/v1/deductions"] {
        assert_eq!(get(&world, path, &manager).await.0, 200, "{path}");
    }
    assert_eq!(get(&world, "/api/v1/evaluations/1404", &operator).await.0, 403);
    let (status, year) = get(&world, "/api/v1/evaluations/1404", &manager).await;
    assert_eq!((status, &year["standings"]), (200, &json!([])), "{year}");
    let (status, report) = get(&world, "/api/v1/reports/1404-07", &manager).await;
    assert_eq!((status, &report["province"]), (200, &json!(EA)), "{report}");
    let browser = signed_in(&world, "manager.ea").await;
    assert!(browser.page("/staff/evaluation?year=1404").await.contains("ارزیابی سالانهٔ ۱۴۰۴"));
    let page = browser.page("/staff/reports").await;
    assert!(page.contains("?format=pdf"), "{page}");
    let page = browser.page("/staff/deadlines").await;
    let fields = [
        ("form", field(&page, "form")),
        ("closure", field(&page, "closure")),
        ("first_day", "۱۴۰۹/۰۱/۱۵"),
        ("last_day", ""),
        ("reason", "برف سنگین"),
    ];
    for _ in 0..2 {
        let answer = browser.post("/staff/deadlines/close", &fields).await;
        assert_eq!(answer.headers()["location"], "/staff/deadlines?said=done");
    }
    let (_, closures) = get(&world, "/api/v1/closures", &manager).await;
    let announced = closures["closures"].as_array().unwrap();
    assert_eq!(announced.len(), 1, "sent twice, announced once: {closures}");
    assert_eq!((&announced[0]["province"], &announced[0]["first_day"]), (&json!(EA), &json!("2030-04-04")));
    assert!(browser.page("/staff/deadlines").await.contains("برف سنگین"));
    let denied = signed_in(&world, "operator.ea").await.page("/staff/evaluation").await;
    assert!(denied.contains("در اختیار شما نیست"), "{denied}");
    world.end().await;
}
