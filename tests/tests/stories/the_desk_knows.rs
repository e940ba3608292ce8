//! What the desk knows while a citizen is on the line: the call itself, open cases of the same matter, answers that are to be
//! asked about; and where a centre hears calls and puts cases together.

use contracts::intake::ImportGuidanceRequest;
use reqwest::Response;
use serde_json::{Value, json};

use crate::office::{Browser, field, register, signed_in, token};
use crate::staff_walk::{a_call_is_recorded, exchange, staffed};
use crate::world::leak;

/// A request that no agency at work takes, so that it stays open.
fn streetlight() -> Value {
    let mut light = leak();
    (light["topic"], light["text"]) = (json!("power.streetlight"), json!("چراغ معبر سه شب است خاموش است."));
    light
}

/// The item that is in the operator's hand now, and the form's proof.
async fn take(browser: &Browser<'_>) -> (String, String) {
    let form = field(&browser.page("/staff/work").await, "form").to_owned();
    let page = browser.post("/staff/work/take", &[("form", &form)]).await.text().await.unwrap();
    (page, form)
}

/// Where the page's sound is.
fn sound_of(page: &str) -> &str {
    let after = page.split("<audio controls preload=\"none\" src=\"").nth(1).expect(page);
    after.split('"').next().unwrap()
}

async fn heard(answer: Response) -> (u16, Option<String>, usize) {
    let range = answer.headers().get("content-range").map(|range| range.to_str().unwrap().to_owned());
    (answer.status().as_u16(), range, answer.bytes().await.unwrap().len())
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_1_and_2_an_operator_hears_the_call_in_hand_and_who_leaves_puts_it_back() {
    let world = staffed().await;
    let (pbx, operator) = (exchange(&world), token(&world, "operator.ea").await);
    a_call_is_recorded(&world, &pbx, &operator).await;
    let browser = signed_in(&world, "operator.ea").await;
    let (page, form) = take(&browser).await;
    let sound = sound_of(&page).to_owned();
    assert!(sound.starts_with("/staff/work/sound/"), "{sound}");
    let part = heard(browser.hear(&sound, "", "bytes=10-19").await).await;
    assert_eq!(part, (206, Some("bytes 10-19/100000".to_owned()), 10));
    assert_eq!(heard(browser.hear(&sound, "", "").await).await, (200, None, 100_000));

    let left = browser.post("/staff/sign-out", &[("form", &form)]).await;
    assert_eq!(left.headers()["location"], "/staff/sign-in");
    let released = world.http.delete(world.url("/api/v1/work-list/in-hand")).bearer_auth(&operator);
    let released: Value = released.send().await.unwrap().json().await.unwrap();
    assert_eq!(released["released"], 0, "leaving put it back already");
    assert_eq!(heard(browser.hear(&sound, "", "").await).await.0, 403, "what is not in hand is not heard");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_says_that_the_matter_is_known_to_the_operator_and_to_nobody_else() {
    let world = staffed().await;
    world.doors.work_list().import_desk_rules(intake::desk_file::shipped().unwrap()).await.unwrap();
    let operator = token(&world, "operator.ea").await;
    let (_, first) = world.register(Some("knows-0001"), &streetlight()).await;
    let (status, public) = world.register(Some("knows-0002"), &streetlight()).await;
    assert_eq!((status, public.get("similar"), public.get("to_ask")), (201, None, None), "{public}");
    let (status, told) = register(&world, &operator, "knows-0003", &streetlight()).await;
    assert_eq!(status, 201, "{told}");
    let near: Vec<&Value> =
        told["similar"].as_array().unwrap().iter().map(|case| &case["tracking_code"]).collect();
    assert!(near.contains(&&first["tracking_code"]), "{told}");
    let mut clock = streetlight();
    clock["programme"] = json!("boston311");
    assert_eq!(world.register(Some("knows-0004"), &clock).await.0, 422, "the public chooses no clock");
    assert_eq!(register(&world, "nobody's", "knows-0005", &streetlight()).await.0, 401);

    // An answer of which nobody has asked yet.
    let (_, answered) = world.register(Some("knows-0006"), &leak()).await;
    world.figures_when(|figures| figures["answered"] == 1).await;
    let (_, told) = register(&world, &operator, "knows-0007", &streetlight()).await;
    assert_eq!(told["to_ask"][0]["tracking_code"], answered["tracking_code"], "{told}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_about_an_open_case_is_added_to_it_and_an_answer_is_asked_about() {
    let world = staffed().await;
    world.doors.work_list().import_desk_rules(intake::desk_file::shipped().unwrap()).await.unwrap();
    let entries = intake::guidance_file::shipped().unwrap();
    world.doors.guidance().import_guidance(ImportGuidanceRequest { entries }).await.unwrap();
    let (_, open) = world.register(Some("adds-0001"), &streetlight()).await;
    let (_, answered) = world.register(Some("adds-0002"), &leak()).await;
    world.figures_when(|figures| figures["answered"] == 1).await;
    let (code, answered) =
        (open["tracking_code"].as_str().unwrap(), answered["tracking_code"].as_str().unwrap());

    let (pbx, operator) = (exchange(&world), token(&world, "operator.ea").await);
    a_call_is_recorded(&world, &pbx, &operator).await;
    let browser = signed_in(&world, "operator.ea").await;
    let (page, form) = take(&browser).await;
    let (item, call) = (field(&page, "item").to_owned(), field(&page, "call").to_owned());
    let mut typed = vec![
        ("form", form.as_str()),
        ("item", &item),
        ("call", &call),
        ("kind", "request"),
        ("topic", "power.streetlight"),
        ("text", "هنوز خاموش است."),
        ("national_id", "0084575948"),
        ("words", "قطع آب"),
    ];
    let looked = browser.post("/staff/work/look", &typed).await.text().await.unwrap();
    assert!(looked.contains("قطعی و افت فشار آب") && looked.contains("هنوز خاموش است."), "{looked}");
    let shown = field(&looked, "shown").to_owned();
    assert!(shown.contains("water-outage@1"), "what was shown is kept: {shown}");
    typed.extend([("shown", shown.as_str()), ("outcome", "add_to_case"), ("about_case", code)]);
    let added = browser.post("/staff/work/register", &typed).await.text().await.unwrap();
    assert!(
        added.contains("به پرونده افزوده شد.") && added.contains(&jalali::digits::persian(code)),
        "{added}"
    );
    let word = format!("word-{answered}");
    assert!(added.contains(&format!("name=\"{word}\"")), "asks about the answer: {added}");
    let said = browser.post("/staff/work/asked", &[("form", &form), (&word, "solved")]).await;
    assert_eq!(said.headers()["location"], "/staff/work?said=done");
    assert_eq!(world.case(answered).await["feedback"], "solved");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_hears_a_call_of_the_own_province_once_it_is_said_why() {
    let world = staffed().await;
    let (pbx, operator) = (exchange(&world), token(&world, "operator.ea").await);
    a_call_is_recorded(&world, &pbx, &operator).await;
    let browser = signed_in(&world, "manager.ea").await;
    let form = field(&browser.page("/staff/recordings").await, "form").to_owned();
    let ask = async |reason: &str| {
        let fields = [("form", form.as_str()), ("call", "pbx-0001"), ("reason", reason)];
        browser.post("/staff/recordings", &fields).await
    };
    let unsaid = ask("چرا").await.text().await.unwrap();
    assert!(unsaid.contains("ثبت نشد") && !unsaid.contains("<audio"), "{unsaid}");
    let found = ask("بررسی شکایت از پاسخ‌گویی").await;
    let kept = found.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = found.text().await.unwrap();
    let sound = sound_of(&page).to_owned();
    assert!(!sound.contains('%') && !sound.contains('?'), "the reason stands in no URL: {sound}");
    assert_eq!(heard(browser.hear(&sound, &kept, "bytes=0-").await).await.0, 206);
    assert_eq!(heard(browser.hear(&sound, "", "").await).await.0, 422, "nobody said why");

    let fars = signed_in(&world, "manager.fars").await;
    let form = field(&fars.page("/staff/recordings").await, "form").to_owned();
    let fields = [("form", form.as_str()), ("call", "pbx-0001"), ("reason", "بررسی شکایت")];
    let elsewhere = fars.post("/staff/recordings", &fields).await.text().await.unwrap();
    assert!(elsewhere.contains("چنین موردی نیست") && !elsewhere.contains("<audio"), "{elsewhere}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_centre_puts_cases_under_one_answer_by_their_codes() {
    let world = staffed().await;
    let mut codes = Vec::new();
    for number in 1..=3 {
        let (_, made) = world.register(Some(&format!("groups-{number:04}")), &streetlight()).await;
        codes.push(made["tracking_code"].as_str().unwrap().to_owned());
    }
    let browser = signed_in(&world, "operator.ea").await;
    let form = field(&browser.page("/staff/groups").await, "form").to_owned();
    let members = jalali::digits::persian(&format!("{}\r\n{}\r\n1234567890", codes[1], codes[2]));
    let fields =
        [("form", form.as_str()), ("lead", &codes[0]), ("members", &members), ("reason", "یک چراغ راهنما")];
    let page = browser.post("/staff/groups", &fields).await.text().await.unwrap();
    assert!(page.contains("۲ پرونده به گروه پیوست") && page.contains("۱۲۳۴۵۶۷۸۹۰"), "{page}");
    let alone = [("form", form.as_str()), ("lead", "1234567890"), ("members", &members), ("reason", "x")];
    let wrong = browser.post("/staff/groups", &alone).await.text().await.unwrap();
    assert!(wrong.contains("ثبت نشد"), "{wrong}");
    world.end().await;
}
