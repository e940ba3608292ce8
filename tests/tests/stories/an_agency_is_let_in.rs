//! An agency's credentials from the first file to the last refusal, by the `samad` command alone, on a broker that runs.

use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;

use async_nats::connection::State;
use async_nats::{Client, ConnectOptions};
use chassis::clock::Clock;
use cli::conformance::Record;
use cli::secrets::Secrets;
use nkeys::KeyPair;
use serde_json::Value;
use trust::{Authority, Kind};

use crate::installation::{Installation, eventually};

/// Agencies of before and of now.
const GAS: &str = "ea-gas";
const POWER: &str = "ea-power";

/// An installation as it was before there were credentials: seeds in its secrets, and a file handed to one agency.
fn of_before(var: &Path) {
    Secrets::load_or_make(var).unwrap();
    let mut text = fs::read_to_string(var.join("secrets.toml")).unwrap();
    let (hub, gas) = (KeyPair::new_user().seed().unwrap(), KeyPair::new_user().seed().unwrap());
    text.push_str(&format!("hub_seed = \"{hub}\"\n\n[agencies]\n{GAS} = \"{gas}\"\n"));
    fs::write(var.join("secrets.toml"), text).unwrap();
    fs::write(var.join(format!("{GAS}.nkey")), gas).unwrap();
}

fn options(file: &Path) -> ConnectOptions {
    ConnectOptions::with_credentials(&fs::read_to_string(file).unwrap()).unwrap()
}

fn connects(client: &Client) -> u64 {
    client.statistics().connects.load(Ordering::Relaxed)
}

async fn until_cut(client: &Client) {
    let cut = async || (client.connection_state() != State::Connected).then_some(());
    eventually("a connection stands that should be cut", cut).await;
}

/// What a command complains of.
fn complaint(installation: &Installation, words: &[&str]) -> String {
    let output = installation.run(words);
    assert_eq!(output.status.code(), Some(1), "{words:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The record of an adapter that passed in some sandbox; its file.
fn record_of(agency: &str, folder: &Path) -> String {
    let sandbox = Authority::generate(Kind::Sandbox).unwrap();
    let record = Record::of(agency, Clock::live().now(), &sandbox).unwrap();
    record.write(folder).unwrap().to_string_lossy().into_owned()
}

/// What is not done, and what to do instead.
fn mistakes_are_answered(installation: &Installation) {
    let why = "--without-conformance=a story";
    for (words, remedy) in [
        (["agency", "onboard", "gas.>", "--live", why].as_slice(), "gas.>"),
        (&["agency", "onboard", GAS, "--live", why], "rotate"),
        (&["agency", "onboard", POWER], "--conformance FILE"),
        (&["agency", "onboard", POWER, "--live", "--conformance=nowhere"], "cannot be read"),
        (&["trigger", "referral.issued"], "live installation"),
        (&["conformance", "run"], "live installation"),
        (&["clock", "advance", "16d"], "live clock"),
        (&["sandbox"], "not there"),
        (&["agency", "onboard", POWER, "--sandbox"], "sandbox"),
        (&["agency", "suspend", POWER], "access"),
    ] {
        let said = complaint(installation, words);
        assert!(said.contains(remedy), "{said}");
    }
}

fn what_it_rests_on_is_kept(shown: &Value) {
    let row = shown.as_array().unwrap().iter().find(|row| row["agency"] == POWER).unwrap();
    let kept = "without conformance: let in a year ago";
    assert_eq!((&row["standing"], &row["conformance"]), (&"active".into(), &kept.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_given_changed_and_taken_while_everything_runs() {
    let mut installation = Installation::new();
    let var = installation.data().join("var");
    of_before(&var);
    installation.up();
    let url = installation.ports.nats_url();
    let agency = |words: &[&str]| installation.json(&[&["agency"], words].concat());

    let gas = options(&var.join(format!("{GAS}.creds"))).connect(&url).await.unwrap();
    assert!(!fs::read_to_string(var.join("secrets.toml")).unwrap().contains(GAS), "moved, not copied");

    mistakes_are_answered(&installation);
    let record = record_of(POWER, installation.data());
    let made = agency(&[
        "onboard",
        POWER,
        "--live",
        "--conformance",
        &record,
        "--address",
        "nats://bus.example:4222",
    ]);
    let first = Path::new(made["file"].as_str().unwrap());
    let read = sdk::Connection::from_file(first).unwrap();
    assert_eq!((read.agency.as_str(), read.nats_url.as_str()), (POWER, "nats://bus.example:4222"));
    let kept = var.join("first.creds");
    fs::rename(first, &kept).unwrap();
    let power = options(&kept).connect(&url).await.unwrap();

    let made = agency(&["rotate", POWER]);
    until_cut(&power).await;
    assert!(options(&kept).connect(&url).await.is_err(), "the former credentials still open");
    let second = Path::new(made["file"].as_str().unwrap());
    let power = options(second).connect(&url).await.unwrap();

    assert_eq!(agency(&["suspend", POWER])["standing"], "suspended");
    until_cut(&power).await;
    assert!(options(second).connect(&url).await.is_err(), "suspended, and let in");
    agency(&["resume", POWER]);
    eventually("it does not come back by itself", async || (connects(&power) > 1).then_some(())).await;

    agency(&["revoke", POWER]);
    until_cut(&power).await;
    let said = complaint(&installation, &["agency", "resume", POWER]);
    assert!(said.contains("for good"), "{said}");
    fs::rename(second, var.join("second.creds")).unwrap();
    let made = agency(&["onboard", POWER, "--live", "--without-conformance", "let in a year ago"]);
    let third = Path::new(made["file"].as_str().unwrap()).to_owned();
    options(&third).connect(&url).await.unwrap();
    assert!(options(&var.join("second.creds")).connect(&url).await.is_err(), "revoked, and let in");
    assert_eq!((connects(&gas), gas.connection_state()), (1, State::Connected), "the other agency felt it");

    what_it_rests_on_is_kept(&agency(&["access"]));
    agency(&["suspend", POWER]);
    installation.end("INT");
    installation.up();
    assert!(options(&third).connect(&url).await.is_err(), "a restart forgot the suspension");
    assert!(options(&kept).connect(&url).await.is_err());
    options(&var.join(format!("{GAS}.creds"))).connect(&url).await.unwrap();
}
