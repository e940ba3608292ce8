//! A city's app over Open311: it files as FixMyStreet and `three` do, and reads what became of it.

use chassis::Role;
use cli::commands::staff::file_in;
use serde_json::{Value, json};
use web::accounts::Accounts;

use crate::office::accounts;
use crate::world::World;

const APP: &str = "tabriz-app";

/// A program with a key, at the door.
struct App<'a> {
    world: &'a World,
    key: String,
}

impl App<'_> {
    fn url(&self, document: &str) -> String {
        self.world.url(&format!("/open311/v2/{document}"))
    }

    async fn get(&self, document: &str) -> (u16, String) {
        let separator = if document.contains('?') { '&' } else { '?' };
        let url = format!("{}{separator}api_key={}", self.url(document), self.key);
        let answer = self.world.http.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn json(&self, document: &str) -> Value {
        let (status, text) = self.get(document).await;
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    async fn post(&self, document: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let fields = [&[("api_key", self.key.as_str())], fields].concat();
        let form = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let request = self.world.http.post(self.url(document));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(form.collect::<Vec<_>>().join("&")).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Web learns the topics' names once a minute.
    async fn until_services_are_known(&self) {
        let known = async || {
            let (_, services) = self.get("services.xml").await;
            services.contains("<service_code>water.leak<").then_some(())
        };
        tests::patiently("the services are known", known).await;
    }

    async fn when(&self, what: &str, document: &str, so: impl Fn(&Value) -> bool) -> Value {
        tests::patiently(what, async || Some(self.json(document).await).filter(|shown| so(shown))).await
    }
}

/// What FixMyStreet posts of a leak, which the water company answers within seconds.
const LEAK: [(&str, &str); 10] = [
    ("jurisdiction_id", "east-azerbaijan"),
    ("service_code", "water.leak"),
    (
        "description",
        "title: نشت آب\n\ndetail: آب از زیر آسفالت بیرون می‌زند\n\nurl: https://city.example/report/7",
    ),
    ("lat", "38.0731"),
    ("long", "46.2885"),
    ("first_name", "آزمون"),
    ("last_name", "آزمونی"),
    ("phone", "09120000000"),
    ("attribute[county]", "tabriz"),
    ("attribute[fixmystreet_id]", "7"),
];

/// The text of the first element of that name.
fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let after = xml.split(&format!("<{name}>")).nth(1).unwrap_or_default();
    after.split('<').next().unwrap_or_default()
}

/// As `samad token --key --id tabriz-app` makes it.
fn key(world: &World) -> String {
    let signer = world.system.secrets.signer().unwrap();
    let caller = Accounts::load(&file_in(world.data.path())).unwrap().accounts[APP].caller(APP);
    let until = chassis::clock::Clock::live().now() + chassis::identity::KEY_LIFE;
    signer.sign(chassis::identity::Purpose::Key, &caller, until).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_filed_followed_and_answered() {
    let world = World::new().await;
    accounts(&world, &[(APP, Role::Operator, "east-azerbaijan")]);
    let app = App { world: &world, key: key(&world) };
    app.until_services_are_known().await;

    let (status, filed) = app.post("requests.xml", &LEAK).await;
    assert_eq!(status, 200, "{filed}");
    let id = element(&filed, "service_request_id").to_owned();
    assert!(id.len() == 36 && filed.contains("پاسخ داده می‌شود"), "{filed}");
    let (_, again) = app.post("requests.xml", &LEAK).await;
    assert_eq!(element(&again, "service_request_id"), id, "a repeat files nothing twice");

    let one = &app.json(&format!("requests/{id}.json")).await[0];
    assert_eq!((&one["service_code"], &one["address"]), (&json!("water.leak"), &json!("(38.0731, 46.2885)")));
    assert!(one["expected_datetime"].as_str().unwrap().ends_with("+03:30"), "{one}");
    assert!(!one.to_string().contains("09120000000") && !one.to_string().contains("آزمونی"), "{one}");
    let listed = app.json("requests.json?status=open,closed").await;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let (_, token) = app.get(&format!("tokens/{id}.xml")).await;
    assert_eq!(element(&token, "service_request_id"), id);

    let (status, added) = app
        .post(
            "servicerequestupdates.xml",
            &[
                ("service_request_id", &id),
                ("update_id_ext", "31"),
                ("status", "OPEN"),
                ("description", "بیشتر شده است"),
            ],
        )
        .await;
    assert!(status == 200 && element(&added, "update_id").len() == 36, "{added}");

    let closed = app
        .when("it is answered", &format!("requests/{id}.json"), |shown| shown[0]["status"] == "closed")
        .await;
    let updates = app.json("servicerequestupdates.json").await;
    let last = updates.as_array().unwrap().last().unwrap();
    assert_eq!((&last["service_request_id"], &last["status"]), (&json!(id), &json!("CLOSED")));
    assert_eq!(last["description"], closed[0]["status_notes"]);
    assert_eq!(app.json("servicerequestupdates.json").await, updates, "the same ids again");
    let (_, xml) = app.get("servicerequestupdates.xml").await;
    assert!(xml.contains("<request_update><update_id>") && xml.contains("<status>CLOSED</status>"), "{xml}");

    let again = [("service_request_id", id.as_str()), ("status", "REOPEN"), ("description", "هنوز نشت دارد")];
    let (status, reopened) = app.post("servicerequestupdates.xml", &again).await;
    assert_eq!(status, 200, "{reopened}");
    app.when("it is open again", &format!("requests/{id}.json"), |shown| shown[0]["status"] == "open").await;
    let (status, repeated) = app.post("servicerequestupdates.xml", &again).await;
    assert_eq!((status, &repeated), (200, &reopened), "its answer was lost: nothing is added");
    let other = [again[0], again[1], ("description", "شدیدتر هم شده است")];
    let (status, added) = app.post("servicerequestupdates.xml", &other).await;
    assert!(status == 200 && element(&added, "update_id").len() == 36, "{added}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_sees_its_own_and_what_is_wrong_is_said() {
    let world = World::new().await;
    accounts(&world, &[(APP, Role::Operator, "east-azerbaijan")]);
    let app = App { world: &world, key: key(&world) };
    app.until_services_are_known().await;
    // Filed by somebody on the telephone: no program's.
    let (_, call) = world.register(Some("story-0001"), &crate::world::leak()).await;
    let (status, refused) = app.get(&format!("requests/{}.xml", call["case_id"].as_str().unwrap())).await;
    assert_eq!((status, element(&refused, "description")), (404, "service_request_id was not found"));
    assert_eq!(app.json("requests.json").await, json!([]));

    let mut leak = LEAK.to_vec();
    leak.retain(|(name, _)| !["lat", "long"].contains(name));
    let (status, refused) = app.post("requests.xml", &leak).await;
    assert!(status == 400 && refused.contains("address_string"), "{refused}");
    leak.push(("address_string", "تبریز، چهارراه آبرسان"));
    let phone = leak.iter().position(|(name, _)| *name == "phone").unwrap();
    leak[phone].1 = "12";
    let (status, refused) = app.post("requests.json", &leak).await;
    assert!(status == 400 && refused.contains("phone:"), "{refused}");
    leak[0].1 = "fars";
    leak[phone].1 = "09120000000";
    leak.retain(|(name, _)| *name != "attribute[county]");
    let (status, refused) = app.post("requests.xml", &leak).await;
    assert_eq!(status, 403, "its account ends at a province: {refused}");

    let mut closed = Accounts::load(&file_in(world.data.path())).unwrap();
    closed.account(APP).unwrap().disabled = true;
    closed.save(&file_in(world.data.path())).unwrap();
    assert_eq!(app.get("requests.xml").await.0, 403, "a closed account's key opens nothing");
    world.end().await;
}
