//! Who signs in, and what a browser without a session is shown.

use std::num::NonZeroU32;

use chassis::Role;
use jiff::Timestamp;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use web::Limits;
use web::accounts::{Account, Accounts, hash};

use crate::world::World;

const PASSWORD: &str = "a long password";

fn accounts(disabled: bool, changed_at: Timestamp) -> Accounts {
    let account = Account {
        name: "مریم کریمی".to_owned(),
        role: Role::Manager,
        province: "fars".to_owned(),
        agency: String::new(),
        password: hash(PASSWORD).unwrap(),
        changed_at,
        disabled,
    };
    Accounts { accounts: [("m.karimi".to_owned(), account)].into() }
}

/// Does not follow where it is sent.
fn browser() -> Client {
    Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

async fn sign_in(world: &World, account: &str, password: &str) -> Response {
    let form = format!("account={account}&password={}", password.replace(' ', "+"));
    let request = browser().post(world.url("/staff/sign-in"));
    request.header("content-type", "application/x-www-form-urlencoded").body(form).send().await.unwrap()
}

async fn at_desk(world: &World, cookie: &str) -> Response {
    browser().get(world.url("/staff")).header("cookie", cookie).send().await.unwrap()
}

#[tokio::test]
async fn a_session_begins_with_the_right_password_and_ends_with_the_account() {
    let world = World::new().await;
    accounts(false, Timestamp::UNIX_EPOCH).save(&world.accounts).unwrap();
    let page = world.get("/staff/sign-in").await.text().await.unwrap();
    assert!(page.contains("dir=\"rtl\"") && page.contains("autocomplete=\"current-password\""), "{page}");
    for (account, password) in [("m.karimi", "another password"), ("nobody", PASSWORD), ("", "")] {
        let refused = sign_in(&world, account, password).await;
        assert_eq!(refused.status(), 401);
        assert!(refused.headers().get("set-cookie").is_none());
        assert!(refused.text().await.unwrap().contains("درست نیست"), "it does not tell which was wrong");
    }
    let signed_in = sign_in(&world, "m.karimi", PASSWORD).await;
    assert_eq!(
        (signed_in.status().as_u16(), &signed_in.headers()["location"]),
        (303, &"/staff".parse().unwrap())
    );
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let desk = at_desk(&world, cookie).await;
    assert_eq!(desk.headers()["cache-control"], "no-store");
    assert!(desk.text().await.unwrap().contains("مریم کریمی"));

    let at_door = async |cookie: &str| {
        let sent = at_desk(&world, cookie).await;
        (
            sent.status().as_u16(),
            sent.headers().get("location").map(|place| place.to_str().unwrap().to_owned()),
        )
    };
    let away = (303, Some("/staff/sign-in".to_owned()));
    assert_eq!(at_door("").await, away);
    assert_eq!(at_door(&cookie[..cookie.len() - 4]).await, away);
    let now = chassis::clock::Clock::live().now();
    accounts(false, now).save(&world.accounts).unwrap();
    assert_eq!(at_door(cookie).await, away, "another password ends its sessions");
    accounts(true, Timestamp::UNIX_EPOCH).save(&world.accounts).unwrap();
    assert_eq!(at_door(cookie).await, away, "a closed account ends its sessions");
    assert_eq!(sign_in(&world, "m.karimi", PASSWORD).await.status(), 401);
    world.end().await;
}

#[tokio::test]
async fn a_form_from_elsewhere_decides_nothing() {
    let world = World::new().await;
    accounts(false, Timestamp::UNIX_EPOCH).save(&world.accounts).unwrap();
    let signed_in = sign_in(&world, "m.karimi", PASSWORD).await;
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let post = async |path: &str, form: &str, cookie: &str| {
        let request = browser().post(world.url(path)).header("cookie", cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(form.to_owned()).send().await.unwrap()
    };
    let rooms = [
        "work/take",
        "work/register",
        "work/close",
        "work/called",
        "work/release",
        "attendance/came",
        "attendance/excused",
    ];
    let meeting = ["meetings/fars-1/invite", "meetings/fars-1/record", "meetings/fars-1/settle"];
    let forms = ["decide", "sign-out"].into_iter().chain(rooms).chain(meeting);
    for path in forms.map(|room| format!("/staff/{room}")) {
        let path = path.as_str();
        assert_eq!(post(path, "what=desk&form=forged", &cookie).await.status(), 403, "{path}");
        assert_eq!(post(path, "what=desk", "").await.headers()["location"], "/staff/sign-in", "{path}");
    }
    let page = at_desk(&world, &cookie).await.text().await.unwrap();
    let form = page.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let left = post("/staff/sign-out", &format!("form={form}"), &cookie).await;
    assert_eq!(left.status(), 303);
    assert!(left.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    world.end().await;
}

#[tokio::test]
async fn who_guesses_passwords_is_sent_away_from_both_doors() {
    let limits = Limits { wrong_passwords_per_hour: NonZeroU32::new(2).unwrap(), ..Limits::default() };
    let world = World::limited(limits).await;
    accounts(false, Timestamp::UNIX_EPOCH).save(&world.accounts).unwrap();
    let token = async |password: &str| {
        let body = json!({"account": "m.karimi", "password": password});
        world.client.post(world.url("/api/v1/tokens")).json(&body).send().await.unwrap()
    };
    assert_eq!(sign_in(&world, "m.karimi", "another password").await.status(), 401);
    let made = token(PASSWORD).await;
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    assert_eq!((&made["role"], &made["province"]), (&json!("manager"), &json!("fars")));
    let refused = token("another password").await;
    assert_eq!(refused.headers()["www-authenticate"], "Bearer");
    assert_eq!(refused.status(), 401);
    let limited = token(PASSWORD).await;
    assert_eq!(limited.status(), 429);
    assert!(limited.headers().contains_key("retry-after"));
    assert_eq!(sign_in(&world, "m.karimi", PASSWORD).await.status(), 429);
    world.end().await;
}

#[tokio::test]
async fn every_room_asks_who_comes_and_says_what_is_not_theirs() {
    let world = World::new().await;
    accounts(false, Timestamp::UNIX_EPOCH).save(&world.accounts).unwrap();
    let signed_in = sign_in(&world, "m.karimi", PASSWORD).await;
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let visit = async |room: &str, cookie: &str| {
        browser().get(world.url(&format!("/staff/{room}"))).header("cookie", cookie).send().await.unwrap()
    };
    let rooms = [
        "work",
        "guidance",
        "attendance",
        "meetings",
        "meetings/fars-1",
        "trips",
        "trips/safar",
        "evaluation",
        "reports",
        "reports/1404-07",
    ];
    for room in rooms {
        let away = visit(room, "").await;
        assert_eq!(
            (away.status().as_u16(), &away.headers()["location"]),
            (303, &"/staff/sign-in".parse().unwrap())
        );
        let shown = visit(room, &cookie).await;
        assert_eq!(shown.headers()["cache-control"], "no-store", "{room}");
        assert!(shown.text().await.unwrap().contains("مریم کریمی"), "{room}");
    }
    // The gate behind web knows nothing of meetings, and audit is away.
    assert_eq!(visit("meetings", &cookie).await.status(), 403);
    assert_eq!(visit("evaluation", &cookie).await.status(), 503);
    assert_eq!(visit("attendance", &cookie).await.status(), 403, "asked in the reader's name");
    let (reports, trouble) =
        (visit("reports", &cookie).await, visit("reports/1404-07?format=odt", &cookie).await);
    assert!(reports.text().await.unwrap().contains("format=xlsx"));
    assert_eq!(trouble.status(), 503);
    world.end().await;
}
