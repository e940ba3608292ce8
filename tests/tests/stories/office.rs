//! A province's people at their doors: accounts, tokens for programs, and browsers that sign in.

use chassis::Role;
use cli::commands::staff::file_in;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use web::accounts::{Account, Accounts, hash};

use crate::world::World;

const PASSWORD: &str = "a-long-password";

/// Accounts of these people; all have one password.
pub fn accounts(world: &World, people: &[(&str, Role, &str)]) {
    let people: Vec<_> = people.iter().map(|(id, role, province)| (*id, *role, *province, "")).collect();
    offices(world, &people);
}

/// The same, of people whose office may end at an agency, the last of the four.
pub fn offices(world: &World, people: &[(&str, Role, &str, &str)]) {
    let mut accounts = Accounts::default();
    for (id, role, province, agency) in people {
        let account = Account {
            name: (*id).to_owned(),
            role: *role,
            province: (*province).to_owned(),
            agency: (*agency).to_owned(),
            password: hash(PASSWORD).unwrap(),
            changed_at: jiff::Timestamp::UNIX_EPOCH,
            disabled: false,
        };
        accounts.add(id, account).unwrap();
    }
    accounts.save(&file_in(world.data.path())).unwrap();
}

/// A token of an account, as a program asks for it.
pub async fn token(world: &World, account: &str) -> String {
    let body = json!({"account": account, "password": PASSWORD});
    let made = world.http.post(world.url("/api/v1/tokens")).json(&body).send().await.unwrap();
    assert_eq!(made.status(), 201, "{account}");
    made.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned()
}

/// Status and body.
pub async fn get(world: &World, path: &str, token: &str) -> (u16, Value) {
    let answer = world.http.get(world.url(path)).bearer_auth(token).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

pub async fn post(world: &World, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let answer = world.http.post(world.url(path)).bearer_auth(token).json(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

pub async fn put(world: &World, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let answer = world.http.put(world.url(path)).bearer_auth(token).json(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Registers a contact in the name of a token.
pub async fn register(world: &World, token: &str, key: &str, body: &Value) -> (u16, Value) {
    let request = world.http.post(world.url("/api/v1/contacts")).bearer_auth(token);
    let answer = request.header("Idempotency-Key", key).json(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// A browser that keeps its one cookie and goes where it is sent only when told.
pub struct Browser<'a> {
    world: &'a World,
    client: Client,
    cookie: String,
}

impl Browser<'_> {
    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let form = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
        let request = self.client.post(self.world.url(path)).header("cookie", &self.cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(form.collect::<Vec<_>>().join("&")).send().await.unwrap()
    }

    /// Sends a form with a file, as browsers do.
    pub async fn upload(&self, path: &str, form: &str, name: &str, file: &str) -> Response {
        let part = |head: &str, body: &str| {
            format!("--part\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n")
        };
        let file = part(&format!("name=\"file\"; filename=\"{name}\""), file);
        let body = part("name=\"form\"", form) + &file + "--part--\r\n";
        let request = self.client.post(self.world.url(path)).header("cookie", &self.cookie);
        let request = request.header("content-type", "multipart/form-data; boundary=part");
        request.body(body).send().await.unwrap()
    }

    /// What lies at this path, with one more cookie where one is given, as far as the range asks for.
    pub async fn hear(&self, path: &str, kept: &str, range: &str) -> Response {
        let cookies = [self.cookie.as_str(), kept].join("; ");
        let request = self.client.get(self.world.url(path)).header("cookie", cookies);
        let ranged = if range.is_empty() { request } else { request.header("range", range) };
        ranged.send().await.unwrap()
    }

    /// The page at this path, whatever its status.
    pub async fn page(&self, path: &str) -> String {
        let page = self.client.get(self.world.url(path)).header("cookie", &self.cookie).send().await;
        page.unwrap().text().await.unwrap()
    }
}

/// A browser in which this account has signed in.
pub async fn signed_in<'a>(world: &'a World, account: &str) -> Browser<'a> {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut browser = Browser { world, client, cookie: String::new() };
    let answer = browser.post("/staff/sign-in", &[("account", account), ("password", PASSWORD)]).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    browser.cookie = cookie.split(';').next().unwrap().to_owned();
    browser
}

/// The value of a page's first field of that name.
pub fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_default();
    after.split('"').next().unwrap_or_default()
}
