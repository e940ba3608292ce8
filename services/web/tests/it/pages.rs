//! Pages: the citizen's, the live one, and what every page is guarded by.

use contracts::TrackingCode;

use crate::intake::KNOWN;
use crate::world::World;

#[tokio::test]
async fn a_citizen_reads_where_the_case_stands() {
    let world = World::new().await;
    let code = TrackingCode::from_random(KNOWN).to_string();
    let response = world.post_form("/track", format!("code={code}")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let page = response.text().await.unwrap();
    for expected in
        ["dir=\"rtl\"", "شنبه ۵ مهر ۱۴۰۴", "یکشنبه ۲۰ مهر ۱۴۰۴", "شهرداری شیراز &#60;b&#62;", "شکایت"]
    {
        assert!(page.contains(expected), "{expected} is not on the page: {page}");
    }
    for expected in ["شیراز، استان فارس", "شما چه می‌توانید بکنید", "شکایت از عدم اقدام"]
    {
        assert!(page.contains(expected), "{expected} is not on the page: {page}");
    }
    assert!(!page.contains("planted-statement") && !page.contains("001****789"));
    assert!(
        !page.contains(&format!("?code={code}")) && !page.contains("method=\"get\""),
        "the code stays out of URLs"
    );
    let english = world.post_form("/track?lang=en", format!("code={code}")).await.text().await.unwrap();
    assert!(english.contains("dir=\"ltr\"") && english.contains("5 Mehr 1404 (27 September 2025)"));
    world.end().await;
}

#[tokio::test]
async fn topic_and_agency_are_named_as_routing_names_them() {
    let world = World::new().await;
    let code = TrackingCode::from_random(KNOWN);
    let began = std::time::Instant::now();
    loop {
        let page = world.post_form("/track?lang=en", format!("code={code}")).await.text().await.unwrap();
        assert!(!page.contains("power.streetlight"), "a code is no word for a citizen: {page}");
        if page.contains("Electricity › Street lighting") && page.contains("Shiraz Municipality") {
            break;
        }
        assert!(began.elapsed() < crate::world::PATIENCE, "{page}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let page = world.post_form("/track", format!("code={code}")).await.text().await.unwrap();
    assert!(page.contains("برق › روشنایی معابر"), "{page}");
    world.end().await;
}

#[tokio::test]
async fn errors_speak_the_pages_language() {
    let world = World::alone().await;
    let fa = world.get("/nothing").await;
    assert_eq!(fa.status(), 404);
    assert!(fa.text().await.unwrap().contains("این صفحه پیدا نشد"));
    let en = world.get("/nothing?lang=en").await.text().await.unwrap();
    assert!(en.contains("This page was not found") && en.contains("dir=\"ltr\""));
    let wrong = world.client.delete(world.url("/track?lang=en")).send().await.unwrap();
    assert_eq!(wrong.status(), 405);
    assert!(wrong.headers()["allow"].to_str().unwrap().contains("POST"));
    assert!(wrong.text().await.unwrap().contains("was not taken"));
    let long = world.post_form("/track", format!("code={}", "1".repeat(70_000))).await;
    assert!(long.status().is_client_error() && long.text().await.unwrap().contains("<html"));
    world.end().await;
}

#[tokio::test]
async fn assets_are_compressed_and_kept() {
    let world = World::alone().await;
    let ask = |path: &str| world.client.get(world.url(path)).header("accept-encoding", "gzip");
    let style = ask("/assets/samad.css").send().await.unwrap();
    assert_eq!(style.headers()["content-encoding"], "gzip");
    assert_eq!(style.headers()["cache-control"], "no-cache");
    let tag = style.headers()["etag"].clone();
    let again = ask("/assets/samad.css").header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    let font = world.get("/assets/vazirmatn-33.003.woff2").await;
    assert_eq!(font.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(ask("/track").send().await.unwrap().headers()["content-encoding"], "gzip");
    world.end().await;
}

#[tokio::test]
async fn a_wrong_code_is_told_kindly() {
    let world = World::new().await;
    for (typed, status, said) in [
        ("123", 422, "ده رقم"),
        ("1234567890", 422, "جای دو رقم"),
        (&TrackingCode::from_random(1).to_string(), 404, "پیدا نشد"),
        ("%3Cscript%3E", 422, "ده رقم"),
    ] {
        let response = world.post_form("/track", format!("code={typed}")).await;
        assert_eq!(response.status(), status, "{typed}");
        let page = response.text().await.unwrap();
        assert!(page.contains(said) && !page.contains("<script>"), "{typed}: {page}");
    }
    let alone = World::alone().await;
    let code = TrackingCode::from_random(KNOWN);
    let response = alone.post_form("/track", format!("code={code}")).await;
    assert_eq!(response.status(), 503);
    assert!(response.text().await.unwrap().contains("محفوظ است"));
    world.end().await;
    alone.end().await;
}

#[tokio::test]
async fn the_live_page_shows_who_answers_and_who_does_not() {
    let world = World::new().await;
    let mut events = world.get("/river/events").await;
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    let (mut bytes, mut heard) = (Vec::new(), String::new());
    // Two looks: the first event may be of before the first look. The services that are away are named in the same one.
    while !(heard.contains("۴٬۳۲۱") && heard.contains("هنوز پاسخ نداده است")) {
        let chunk = tokio::time::timeout(std::time::Duration::from_secs(30), events.chunk()).await;
        bytes.extend(chunk.unwrap().unwrap().unwrap());
        heard = String::from_utf8_lossy(&bytes).into_owned();
        assert!(heard.len() < 1_000_000, "what answers and what does not was never shown");
    }
    assert!(heard.contains("event: panel"));
    // A stop ends open streams too.
    world.end().await;
}

#[tokio::test]
async fn every_page_is_guarded_and_self_contained() {
    let world = World::alone().await;
    for path in [
        "/",
        "/attendance",
        "/track",
        "/river",
        "/?lang=en",
        "/nothing",
        "/assets/samad.css",
        "/assets/river.js",
    ] {
        let response = world.get(path).await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.headers()["referrer-policy"], "no-referrer");
        let text = response.text().await.unwrap();
        assert!(
            !text.contains("style=\"") && !text.contains("<style") && !text.contains("onclick"),
            "{path}"
        );
        assert!(!text.contains("https://"), "{path} loads from elsewhere");
    }
    let font = world.get("/assets/vazirmatn-33.003.woff2").await;
    assert_eq!(font.headers()["content-type"], "font/woff2");
    let tag = font.headers()["etag"].clone();
    let again = world.client.get(world.url("/assets/vazirmatn-33.003.woff2")).header("if-none-match", tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
    assert_eq!(world.get("/assets/../Cargo.toml").await.status(), 404);
    world.end().await;
}
