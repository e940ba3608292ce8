//! An agency's developer, who has nothing yet, tries an adapter until it is certified: by the `samad` command alone.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use chassis::clock::Clock;
use cli::conformance::Record;
use serde_json::Value;
use signature::{ID, SIGNATURE, Secret, TIMESTAMP, verify};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::any_language::{printed, tool};
use crate::installation::{Installation, eventually};

const GAS: &str = "ea-gas";
const WATER: &str = "ea-water";

/// What can be made to happen, and what the agency hears of it besides the referral.
const EVENTS: [(&str, &[&str]); 9] = [
    ("referral.issued", &[]),
    ("referral.withdrawn", &["referral_withdrawn"]),
    ("referral.reopened", &["referral_issued"]),
    ("extension.granted", &["extension_ruled"]),
    ("extension.refused", &["extension_ruled"]),
    ("documents.provided", &["documents_received"]),
    ("answer.rejected", &["action_refused"]),
    ("deadline.reminder_due", &[]),
    ("deadline.breached", &[]),
];

/// What an adapter does wrong, and the check that says so.
const FAULTS: [(&str, &str); 8] = [
    ("silent", "takes-a-referral"),
    ("english", "answers-in-persian"),
    ("new-ids", "after-the-answer"),
    ("strict", "unknown-field"),
    ("believes", "unreadable-verdict"),
    ("stubborn", "answered-by-hand"),
    ("stubborn", "refused-for-good"),
    ("deaf", "extension-granted"),
];

async fn receiver() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    server
}

fn is_signed(request: &Request, secret: &Secret) -> bool {
    let header = |name: &str| request.headers[name].to_str().unwrap().to_owned();
    let (sent, now) = (header(TIMESTAMP).parse().unwrap(), Clock::live().now().as_second());
    verify(&header(ID), sent, &request.body, &header(SIGNATURE), std::slice::from_ref(secret), now).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_to_happen_is_heard_as_an_adapter_would_and_forwarded_signed() {
    let mut installation = Installation::new();
    let said = installation.sandbox(GAS);
    let credentials = said["credentials"].as_str().unwrap().to_owned();
    let handed = std::fs::read_to_string(&credentials).unwrap();
    assert!(handed.starts_with("# SANDBOX"), "{handed}");

    let (server, count) =
        (receiver().await, EVENTS.len() + EVENTS.iter().map(|(_, heard)| heard.len()).sum::<usize>());
    let mut listening = installation
        .samad(&[
            "listen",
            "--json",
            "--agency",
            GAS,
            "--count",
            &count.to_string(),
            "--forward-to",
            &server.uri(),
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ready = BufReader::new(listening.stderr.as_mut().unwrap()).lines().map(Result::unwrap);
    let before: Vec<String> = ready.take_while(|line| !line.starts_with("listening")).collect();
    assert!(before.iter().any(|line| line.contains("whsec_")), "{before:?}");

    let mut expected = Vec::new();
    for (event, heard) in EVENTS {
        let happened = installation.json(&["trigger", event, "--agency", GAS, "--text", "بوی گاز می‌آید"]);
        assert_eq!(happened["agency"], GAS, "{event}");
        expected.extend(std::iter::once("referral_issued").chain(heard.iter().copied()));
    }
    let heard: Vec<Value> = BufReader::new(listening.stdout.take().unwrap())
        .lines()
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect();
    assert!(listening.wait().unwrap().success());
    let name = |fact: &Value| fact["subject"].as_str().unwrap().split('.').nth(2).unwrap().to_owned();
    assert_eq!(heard.iter().map(name).collect::<Vec<_>>(), expected);
    assert_eq!(heard[0]["data"]["statement"], "بوی گاز می‌آید");

    let secret = std::fs::read_to_string(installation.data().join("var/ea-gas.whsec")).unwrap();
    let secret = Secret::read(&secret).ok().unwrap();
    let received = server.received_requests().await.unwrap();
    assert_eq!(received.len(), count);
    assert!(received.iter().all(|request| is_signed(request, &secret)));
    let event: Value = received[0].body_json().unwrap();
    assert_eq!((&event["specversion"], &event["data"]), (&"1.0".into(), &heard[0]["data"]));
    assert_eq!(event["type"], "samad.routing.v1.ReferralIssued");

    time_passes_and_it_goes_on(&mut installation, &credentials).await;
}

async fn time_passes_and_it_goes_on(installation: &mut Installation, credentials: &str) {
    let handed = std::fs::read_to_string(credentials).unwrap();
    let breached = async || (installation.json(&["figures"])["overdue_open"] != 0).then_some(());
    eventually("time passed and nothing is overdue", breached).await;
    let before = installation.json(&["clock", "show"])["now"].clone();
    let after = installation.json(&["clock", "advance", "2w"])["now"].clone();
    assert_ne!(before, after);
    mistakes_are_answered(installation);
    installation.end("INT");
    assert_eq!(installation.sandbox(GAS)["credentials"], credentials);
    assert_eq!(std::fs::read_to_string(credentials).unwrap(), handed, "what was handed over stays good");
    assert_eq!(installation.json(&["clock", "show"])["now"], after);
}

/// What cannot be done, and what to do instead.
fn mistakes_are_answered(installation: &Installation) {
    for (words, remedy) in [
        (["trigger", "referral.issued", "--agency", "ea-nobody"].as_slice(), "samad agency list"),
        (&["trigger", "referral.issued", "--agency", GAS, "--topic", "water"], "--topic"),
        (&["trigger", "referral.issued", "--agency", GAS, "--case", "1234567890"], "a digit of"),
        (&["conformance", "run", "--agency", GAS, "--only", "luck"], "samad conformance list"),
        (&["listen", "--agency", GAS, "--forward-to", "localhost"], "must be a URL"),
        (&["agency", "onboard", GAS], "--sandbox"),
    ] {
        let output = installation.run(words);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{words:?}: {complaint}");
        assert!(complaint.contains(remedy), "{words:?}: {complaint}");
    }
}

/// What a run found; its exit status says whether all passed.
fn tried(installation: &Installation, agency: &str, command: &str, more: &[&str]) -> Value {
    let words = ["conformance", "run", "--json", "--agency", agency, "--restart-command", command];
    let output = installation.run(&[&words, more].concat());
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(report["passed"], output.status.success());
    report
}

fn failures(report: &Value) -> Vec<String> {
    let checks = report["checks"].as_array().unwrap().iter().filter(|check| check["outcome"] != "passed");
    checks.map(|check| format!("{} {}: {}", check["check"], check["outcome"], check["seen"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sdks_adapter_passes_every_check_and_each_fault_is_found_by_the_check_that_names_it() {
    let mut installation = Installation::new();
    let said = installation.sandbox(WATER);
    let run = |program: &str| {
        let folder = installation.data().display();
        format!("cd '{folder}' && SAMAD_CREDENTIALS={} exec {program}", said["credentials"])
    };
    let junit = installation.data().join("junit.xml").to_string_lossy().into_owned();
    let sound = run(&tests::demonstration_adapter().to_string_lossy());
    let report = tried(&installation, WATER, &sound, &["--junit", &junit]);
    assert_eq!((failures(&report), report["passed"].clone()), (Vec::<String>::new(), true.into()));
    assert_eq!(report["checks"].as_array().unwrap().len(), 40);
    let xml = std::fs::read_to_string(&junit).unwrap();
    assert!(xml.contains("tests=\"40\" failures=\"0\""), "{xml}");
    let record = Record::read(Path::new(report["record"].as_str().unwrap())).unwrap();
    record.check(WATER, Clock::live().now()).unwrap();
    assert_eq!(installation.json(&["dead", "list"]), Value::Array(Vec::new()), "the sandbox stays sound");

    let faulty = env!("CARGO_BIN_EXE_faulty");
    let all = FAULTS.map(|(_, check)| check).join(",");
    let report = tried(&installation, WATER, &run(&format!("{faulty} none")), &["--only", &all]);
    assert_eq!((failures(&report), report["record"].clone()), (Vec::new(), Value::Null));
    for (fault, check) in FAULTS {
        let only = ["--only", check, "--patience", "6"];
        let report = tried(&installation, WATER, &run(&format!("{faulty} {fault}")), &only);
        assert_eq!(report["checks"][0]["outcome"], "failed", "{fault}: {report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_pages_adapter_passes_every_check_as_it_is_printed() {
    let mut installation = Installation::new();
    let said = installation.sandbox_in_json(GAS);
    let program = installation.data().join("adapter.py");
    std::fs::write(&program, printed("python.md", "python")).unwrap();
    let python = tool("bin/python");
    let command = format!("exec '{}' -u '{}' {}", python.display(), program.display(), said["credentials"]);
    let report = tried(&installation, GAS, &command, &[]);
    assert_eq!((failures(&report), report["passed"].clone()), (Vec::<String>::new(), true.into()));
}
