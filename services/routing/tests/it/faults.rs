//! Replicas, a database that fails, a clock that follows the past.

use contracts::json::{self, PROTOBUF};
use contracts::routing::{ReferralAnswered, ReferralIssued};
use contracts::timestamp;
use sqlx::{Connection, PgConnection};

use crate::scene::{PATIENCE, Scene, catalogue, word};

#[tokio::test]
async fn two_replicas_refer_and_record_each_once() {
    let mut scene = Scene::new().await;
    scene.replicate().await;
    let mut cases = Vec::new();
    for _ in 0..40 {
        cases.push(scene.register("water", "fasa", 3).await);
    }
    let mut issued = Vec::new();
    while issued.len() < cases.len() {
        issued.push(scene.heard::<ReferralIssued>().await.0.referral_id);
    }
    // Both replicas take requests; every action comes three times at once.
    let actions: Vec<_> = issued.iter().map(|referral| scene.action(referral, 3)).collect();
    let asked = actions.iter().cycle().take(3 * actions.len()).map(|action| scene.act("fa-water", action));
    let verdicts = futures_util::future::join_all(asked).await;
    // A repeat that meets the first on the other replica may have to come again, but none is refused for good.
    for verdict in &verdicts {
        assert!(["recorded", "try_again"].contains(&word(verdict).as_str()), "{verdict:?}");
    }
    let names = scene.names_until_marker().await;
    assert_eq!(names, vec!["referral_answered"; cases.len()]);
    for case in &cases {
        assert_eq!(scene.referrals(case).await.len(), 1);
    }
}

#[tokio::test]
async fn an_action_that_cannot_be_stored_is_to_come_again() {
    let mut scene = Scene::new().await;
    scene.register("water", "fasa", 1).await;
    let referral = scene.heard::<ReferralIssued>().await.0.referral_id;
    let action = scene.action(&referral, 3);
    let mut database = PgConnection::connect(&scene.database).await.unwrap();
    sqlx::query("ALTER TABLE action RENAME TO away").execute(&mut database).await.unwrap();
    let verdict = scene.act("fa-water", &action).await;
    assert_eq!(word(&verdict), "try_again");
    assert!(verdict.refusal.unwrap().retryable);
    sqlx::query("ALTER TABLE away RENAME TO action").execute(&mut database).await.unwrap();
    assert_eq!(word(&scene.act("fa-water", &action).await), "recorded");
    assert_eq!(scene.names_until_marker().await, ["referral_answered"]);
}

#[tokio::test]
async fn a_following_clock_takes_the_causes_moments() {
    let mut scene = Scene::by_clock("following").await;
    scene.api.import_catalogue(catalogue()).await.unwrap();
    scene.register("water", "fasa", 1).await;
    let (issued, envelope) = scene.heard::<ReferralIssued>().await;
    assert_eq!(issued.issued_at, Some(timestamp(envelope.time)));

    let at = "2031-07-08T09:10:11Z".parse().unwrap();
    let action = scene.action(&issued.referral_id, 3);
    let body = json::write("samad.agency.v1.ActionPublished", PROTOBUF, &action).unwrap();
    let subject = format!("agency.v1.fa-water.action_published.{}", issued.referral_id);
    scene.bus.request(subject, PROTOBUF, body, Some(at), PATIENCE).await.unwrap();
    assert_eq!(scene.heard::<ReferralAnswered>().await.0.answered_at, Some(timestamp(at)));
}

#[tokio::test]
async fn a_stopping_service_answers_what_it_took() {
    let scene = Scene::new().await;
    let unknown = scene.clock.new_id().to_string();
    let actions: Vec<_> = (0..200).map(|_| scene.action(&unknown, 1)).collect();
    let asked = futures_util::future::join_all(actions.iter().map(|action| async {
        let body = json::write("samad.agency.v1.ActionPublished", PROTOBUF, action).unwrap();
        let subject = format!("agency.v1.fa-water.action_published.{unknown}");
        scene.bus.request(subject, PROTOBUF, body, None, PATIENCE).await
    }));
    let (answers, ()) = tokio::join!(asked, scene.stop());
    // Whoever came too late is told at once that nobody listens; nobody waits in vain.
    for answer in answers {
        if let Err(error) = answer {
            assert!(format!("{error:#}").contains("no responders"), "{error:#}");
        }
    }
}
