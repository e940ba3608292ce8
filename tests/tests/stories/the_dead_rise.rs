use bus::{Bus, Envelope, Login};
use chassis::clock::Clock;
use cli::keyring::Keyring;
use contracts::routing::ReferralIssued;
use contracts::{CaseId, FactId, timestamp};
use sqlx::{Connection, PgConnection};

use crate::installation::{Installation, eventually};

const WORDS: &str = "همسایهٔ آقای آزمونی، 09120000000";

/// States a referral of that case in routing's name.
async fn state_referral(installation: &Installation, case_id: &str) {
    let clock = Clock::live();
    let fact = ReferralIssued {
        referral_id: clock.new_id().to_string(),
        case_id: case_id.to_owned(),
        round: 2,
        agency: "ea-nobody".to_owned(),
        province: "east-azerbaijan".to_owned(),
        topic: "water.leak".to_owned(),
        statement: WORDS.to_owned(),
        issued_at: Some(timestamp(clock.now())),
        ..Default::default()
    };
    let envelope = Envelope::of(FactId(clock.new_id()), clock.now(), &fact);
    let keyring = Keyring::load(&installation.data().join("var")).unwrap();
    let login = Login::operations(Some(keyring.operations().unwrap()));
    let bus = Bus::connect(&installation.ports.nats_url(), "story", &login).await.unwrap();
    bus.publish("routing", &[envelope]).await.unwrap();
}

/// Gives intake's case another id, as if it had never been stored.
async fn rename(installation: &Installation, from: &str, to: &str) {
    let password = installation.data().join("var/postgres/passwords/intake");
    let password = std::fs::read_to_string(password).unwrap();
    let url = format!("postgres://intake:{password}@127.0.0.1:{}/intake", installation.ports.postgres());
    let mut database = PgConnection::connect(&url).await.unwrap();
    let renamed = sqlx::query("UPDATE case_file SET case_id = $2::uuid WHERE case_id = $1::uuid")
        .bind(from)
        .bind(to)
        .execute(&mut database)
        .await
        .unwrap();
    assert_eq!(renamed.rows_affected(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_is_shown_without_its_words_and_replayed_when_its_cause_is_gone() {
    let mut installation = Installation::new();
    installation.up();
    let contact = installation.contact("water.leak");
    let case = contact["case_id"].as_str().unwrap();
    let answered = async || {
        let figures = installation.json(&["figures"]);
        (figures["answered"] == 1 && figures["in_flight"] == 0).then_some(())
    };
    eventually("nobody answers", answered).await;
    let elsewhere = CaseId(Clock::live().new_id()).to_string();
    rename(&installation, case, &elsewhere).await;
    state_referral(&installation, case).await;

    let letter = eventually("nothing died", async || {
        let letters = installation.json(&["dead", "list"]);
        letters.as_array().unwrap().iter().find(|letter| letter["service"] == "intake").cloned()
    });
    let letter = letter.await;
    assert!(letter["reason"].as_str().unwrap().contains("not in this database"), "{letter}");
    let id = letter["id"].to_string();
    let shown = installation.json(&["dead", "show", "intake", &id]).to_string();
    assert!(shown.contains(case) && !shown.contains("آزمونی") && !shown.contains("0912"), "{shown}");

    let again = installation.run(&["dead", "replay", "intake", &id]);
    assert_eq!(again.status.code(), Some(1), "its cause is still there");
    rename(&installation, &elsewhere, case).await;
    assert_eq!(installation.json(&["dead", "replay", "intake", &id])["handled"], true);
    assert_eq!(installation.json(&["dead", "list", "--service", "intake"]).as_array().unwrap().len(), 0);
}
