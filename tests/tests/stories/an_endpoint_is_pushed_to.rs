//! An agency without a broker's client: its referrals are pushed to its own HTTP endpoint, and it answers over REST.

use std::net::SocketAddr;
use std::path::Path;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use chassis::Life;
use chassis::clock::Clock;
use serde_json::{Value, json};
use signature::Secret;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use webhook::{Agency, Config};

use crate::installation::{Installation, eventually};

const GAS: &str = "ea-gas";

/// What an agency writes: checks the signature, puts the event aside, says 204.
#[derive(Clone)]
struct Inbox {
    secret: String,
    events: UnboundedSender<Value>,
}

async fn take(State(inbox): State<Inbox>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let secrets = [Secret::read(&inbox.secret).ok().unwrap()];
    let sent = header(signature::TIMESTAMP).parse().unwrap_or_default();
    let now = Clock::live().now().as_second();
    let (id, signatures) = (header(signature::ID), header(signature::SIGNATURE));
    if signature::verify(id, sent, &body, signatures, &secrets, now).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    inbox.events.send(serde_json::from_slice(&body).unwrap()).unwrap();
    StatusCode::NO_CONTENT
}

/// The agency's endpoint, and what comes to it.
async fn endpoint(secret: &str) -> (SocketAddr, UnboundedReceiver<Value>) {
    let (events, came) = unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let inbox = Inbox { secret: secret.to_owned(), events };
    let routes = Router::new().route("/samad", post(take)).with_state(inbox);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (address, came)
}

async fn adapter(
    installation: &Installation,
    credentials: &Path,
    secret: &str,
    endpoint: SocketAddr,
) -> Life {
    let life = Life::default();
    let agency = Agency {
        credentials: credentials.to_owned(),
        url: format!("http://{endpoint}/samad"),
        secrets: vec![secret.into()],
    };
    let folder = installation.data().join("webhook");
    webhook::start(&Config { folder, agencies: vec![agency], ..Config::default() }, &life).await.unwrap();
    life
}

/// The agency's own program, at the door of web.
struct Program {
    http: reqwest::Client,
    web: String,
    token: String,
}

impl Program {
    async fn signed_in(web: String, account: &str, password: &Value) -> Self {
        let http = reqwest::Client::new();
        let body = json!({"account": account, "password": password});
        let made = http.post(format!("{web}/api/v1/tokens")).json(&body).send().await.unwrap();
        let token = made.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned();
        Program { http, web, token }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let request = self.http.get(format!("{}{path}", self.web)).bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn act(&self, referral: &str, key: &str, action: &Value) -> (u16, Value) {
        let url = format!("{}/api/v1/agency/referrals/{referral}/actions", self.web);
        let request = self.http.post(url).bearer_auth(&self.token).header("idempotency-key", key);
        let answer = request.json(action).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_is_pushed_and_answered_over_rest() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut installation = Installation::new();
    installation.up();
    let handed = installation.json(&["agency", "onboard", GAS, "--live", "--without-conformance=a story"]);
    let words = ["staff", "add", "gas.api", "--name=سامانهٔ گاز", "--role=manager", "--agency", GAS];
    let account = installation.json(&words);
    let secret = Secret::spelling(&[7; 32]);
    let (address, mut came) = endpoint(&secret).await;
    let credentials = Path::new(handed["file"].as_str().unwrap());
    let life = adapter(&installation, credentials, &secret, address).await;

    let contact = installation.contact("gas");
    let code = contact["tracking_code"].as_str().unwrap();
    let event = came.recv().await.unwrap();
    assert_eq!(event["type"], "samad.routing.v1.ReferralIssued");
    assert!(!event.to_string().contains("0084575948"), "an agency does not learn who asks: {event}");
    let referral = event["data"]["referral_id"].as_str().unwrap();

    let program = Program::signed_in(
        format!("http://127.0.0.1:{}", installation.ports.web()),
        "gas.api",
        &account["password"],
    )
    .await;
    eventually("what was taken is accepted", async || {
        let (_, shown) = program.get(&format!("/api/v1/agency/referrals/{referral}")).await;
        (shown["state"] == "accepted").then_some(())
    })
    .await;
    let (_, open) = program.get("/api/v1/agency/referrals").await;
    assert_eq!(open["referrals"][0]["statement"], event["data"]["statement"]);

    let wordless = json!({"kind": "answer", "outcome": "done"});
    let (status, problem) = program.act(referral, "order-1", &wordless).await;
    assert_eq!(
        (status, &problem["code"], &problem["errors"][0]["field"]),
        (422, &json!("missing_text"), &json!("text"))
    );
    let answer = json!({"kind": "answer", "outcome": "done", "text": "نشت گاز برطرف شد."});
    let first = program.act(referral, "order-2", &answer).await;
    assert_eq!(first.0, 201, "{}", first.1);
    assert_eq!(program.act(referral, "order-2", &answer).await, first, "the same key does nothing twice");
    let (status, problem) = program.act(referral, "order-2", &wordless).await;
    assert_eq!((status, &problem["type"]), (422, &json!("urn:samad:problem:idempotency-key-reused")));
    let (status, problem) = program.act(referral, "order-3", &answer).await;
    assert_eq!((status, &problem["code"]), (409, &json!("already_answered")));
    let (_, open) = program.get("/api/v1/agency/referrals").await;
    assert_eq!(open["referrals"], json!([]));

    eventually("the citizen is answered", async || {
        let shown = installation.json(&["case", "show", code]).to_string();
        shown.contains("نشت گاز برطرف شد").then_some(())
    })
    .await;
    life.stop();
    life.ended().await.unwrap();
}
