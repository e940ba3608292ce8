//! The ways out, against real servers: what is sent, what is tried again, what is given up.

use std::collections::HashSet;
use std::time::Duration;

use contracts::notification::{NoticeFailed, NoticeSent, NoticeState, Transport};
use notification::{Config, Fields, Sms, Smtp};
use serde_json::json;
use stage::patiently;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::mail_sink::MailSink;
use crate::world::World;

fn gateway(server: &MockServer) -> Option<Sms> {
    Some(Sms {
        url: format!("{}/send", server.uri()),
        token_header: "X-Api-Key".into(),
        token: "a secret".into(),
        fields: Fields { to: "receptor".into(), text: "message".into(), ..Default::default() },
        sender: "3000111".into(),
        timeout_ms: 5_000,
    })
}

fn mail_server(url: String) -> Option<Smtp> {
    Some(Smtp {
        url: url.into(),
        from: "Samad 111 <no-reply@example.ir>".into(),
        subject: "سامد".into(),
        timeout_ms: 5_000,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sms_goes_through_the_gateway_under_the_notices_id() {
    let server = MockServer::start().await;
    let answer = Mock::given(method("POST")).and(path("/send")).and(header("X-Api-Key", "a secret"));
    answer.respond_with(ResponseTemplate::new(200)).expect(1).mount(&server).await;
    let world = World::new(1, 1.0, |config| config.sms = gateway(&server)).await;
    world.publish(&[world.said(&world.registered("09121234567", "zahra@example.ir"))]).await;
    let sent = world.until::<NoticeSent>(1).await.remove(0);
    assert_eq!(sent.transport(), Transport::Sms);
    let requests = server.received_requests().await.unwrap();
    let body: serde_json::Value = requests[0].body_json().unwrap();
    assert_eq!(
        (&body["receptor"], &body["from"], &body["id"]),
        (&json!("09121234567"), &json!("3000111"), &json!(sent.notice_id))
    );
    assert!(body["message"].as_str().unwrap().contains("۱۲۳۴۵۶۷۸۹۰"), "{body}");
    assert_eq!(requests[0].headers["Idempotency-Key"], sent.notice_id.as_str());
    assert!(world.lines().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_recovers_is_tried_again_after_a_pause() {
    let server = MockServer::start().await;
    let ill = Mock::given(method("POST")).respond_with(ResponseTemplate::new(503));
    ill.up_to_n_times(3).with_priority(1).mount(&server).await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200))
        .with_priority(2)
        .mount(&server)
        .await;
    // An hour passes in a second: the pauses of 30, 60 and 120 s are short.
    let world = World::new(2, 3_600.0, |config| config.sms = gateway(&server)).await;
    let case = world.registered("09121234567", "");
    let before = world.clock.now();
    world.publish(&[world.said(&case)]).await;
    let sent = world.until::<NoticeSent>(1).await.remove(0);
    world.until_quiet().await;
    assert_eq!((sent.attempts, server.received_requests().await.unwrap().len()), (4, 4));
    let sent_at = contracts::required_instant(sent.sent_at.as_ref()).unwrap();
    assert!(sent_at.duration_since(before).as_secs() >= 30 + 60 + 120, "no pause was kept");
    assert_eq!(world.list(&case.case_id).await[0].last_error, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_takes_longer_than_its_lease_is_sent_once() {
    let server = MockServer::start().await;
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(2));
    Mock::given(method("POST")).respond_with(slow).mount(&server).await;
    let configure =
        |config: &mut Config| config.sms = gateway(&server).map(|sms| Sms { timeout_ms: 10_000, ..sms });
    let world = World::new(2, 1.0, configure).await;
    // 16 at a time: longer than the 15 s after which a notice that nobody works on is another's.
    let cases: Vec<_> = (0..144).map(|_| world.said(&world.registered("09121234567", ""))).collect();
    world.publish(&cases).await;
    world.until::<NoticeSent>(cases.len()).await;
    world.until_quiet().await;
    let requests = server.received_requests().await.unwrap();
    let ids: HashSet<_> = requests.iter().map(|request| request.headers["Idempotency-Key"].clone()).collect();
    assert_eq!((ids.len(), requests.len()), (cases.len(), cases.len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_eight_attempts_a_notice_is_given_up_and_says_why() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(500)).mount(&server).await;
    // A day passes in a second.
    let world = World::new(2, 86_400.0, |config| config.sms = gateway(&server)).await;
    let case = world.registered("09121234567", "");
    world.publish(&[world.said(&case)]).await;
    let failed = world.until::<NoticeFailed>(1).await.remove(0);
    world.until_quiet().await;
    assert_eq!((failed.attempts, failed.reason.as_str()), (8, "the SMS gateway answered 500"));
    assert_eq!(server.received_requests().await.unwrap().len(), 8);
    let listed = world.list(&case.case_id).await;
    assert_eq!((listed[0].state(), listed[0].attempts), (NoticeState::Failed, 8));
    assert!(world.told::<NoticeSent>().await.is_empty() && world.told::<NoticeFailed>().await.len() == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_only_an_e_mail_address_gets_a_mail() {
    let (sink, address) = MailSink::start().await;
    let world = World::new(1, 86_400.0, |config| {
        config.smtp = mail_server(format!("smtp://{address}"));
        config.max_attempts = 2;
    })
    .await;
    let refused = world.registered("", "someone@refused.ir");
    world.publish(&[world.said(&world.registered("", "zahra@example.ir")), world.said(&refused)]).await;
    let sent = world.until::<NoticeSent>(1).await.remove(0);
    assert_eq!(sent.transport(), Transport::Email);
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("To: zahra@example.ir") && mails[0].contains(&sent.notice_id), "{}", mails[0]);
    // What the server says of an address is not kept.
    let failed = world.until::<NoticeFailed>(1).await.remove(0);
    assert_eq!((failed.reason.as_str(), failed.attempts), ("the mail server answered 550", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_ends_between_the_outbox_file_and_the_commit_leaves_one_line_a_notice() {
    let world = World::new(0, 1.0, |_| {}).await;
    let dying = world.replica().await;
    // Nothing can be written down: as if the replica were killed once the lines are there.
    let deaf = "CREATE FUNCTION deaf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'deaf'; END $$";
    let settled = "CREATE TRIGGER deaf BEFORE UPDATE ON notice FOR EACH ROW WHEN (NEW.state = 2) EXECUTE FUNCTION deaf()";
    for statement in [deaf, settled] {
        sqlx::query(statement).execute(&world.db).await.unwrap();
    }
    let cases: Vec<_> = (0..20).map(|_| world.said(&world.registered("09121234567", ""))).collect();
    world.publish(&cases).await;
    patiently("lines", async || (!world.lines().is_empty()).then_some(())).await;
    dying.stop();
    // Its tasks are dropped while they try to write down what they sent.
    dying.ended().await.unwrap();
    let id = |line: &serde_json::Value| line["notice_id"].as_str().unwrap().to_owned();
    let written: HashSet<_> = world.lines().iter().map(id).collect();
    assert!(world.told::<NoticeSent>().await.is_empty());
    sqlx::query("DROP TRIGGER deaf ON notice").execute(&world.db).await.unwrap();
    sqlx::query("UPDATE sending SET leased_until = '-infinity'").execute(&world.db).await.unwrap();

    let _heir = world.replica().await;
    world.until::<NoticeSent>(cases.len()).await;
    let lines: Vec<_> = world.lines().iter().map(id).collect();
    let once: HashSet<_> = lines.iter().collect();
    assert_eq!((once.len(), lines.len()), (cases.len(), cases.len()));
    let sent = world.told::<NoticeSent>().await;
    assert!(sent.iter().filter(|sent| written.contains(&sent.notice_id)).all(|sent| sent.attempts == 2));
}
