//! Adapters in other languages, exactly as the pages of docs/integrate print them, on an installation that runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tests::patiently;

use crate::installation::Installation;

const CITY: &str = "ea-municipality-tabriz";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// What `./samad test` installs.
fn tool(path: &str) -> PathBuf {
    let tool = root().join(".tools").join(path);
    assert!(tool.exists(), "{} is not there: `./samad test` installs it", tool.display());
    tool
}

/// The program that a page prints.
fn printed(page: &str, language: &str) -> String {
    let text = fs::read_to_string(root().join("docs/integrate").join(page)).unwrap();
    let (_, program) = text.split_once(&format!("\n```{language}\n")).expect("the page prints a program");
    program.split_once("```\n").unwrap().0.to_owned()
}

/// An adapter that runs until it is dropped.
struct Adapter(Child);

impl Adapter {
    fn start(command: &mut Command, credentials: &Path) -> Self {
        Adapter(command.arg(credentials).stdin(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A case of the city's is registered, and answered by whatever adapter runs: perhaps after the 30 s in which it was in the
/// hands of one that was killed.
async fn is_answered(installation: &Installation, topic: &str, said: &str) {
    let contact = installation.contact(topic);
    let code = contact["tracking_code"].as_str().unwrap();
    let answered = async || {
        let shown = installation.json(&["case", "show", code]).to_string();
        (shown.contains("CASE_STATE_ANSWERED") && shown.contains(said)).then_some(())
    };
    patiently("the adapter answers", answered).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adapter_in_any_language_answers_as_its_page_prints_it() {
    let mut installation = Installation::new();
    installation.up();
    installation.json(&["agency", "import"]);
    assert_eq!(installation.json(&["agency", "format", CITY, "json"])["format"], "json");
    let made = installation.json(&["agency", "onboard", CITY]);
    let credentials = Path::new(made["file"].as_str().unwrap());

    let python = installation.data().join("adapter.py");
    fs::write(&python, printed("python.md", "python")).unwrap();
    let adapter = Adapter::start(Command::new(tool("bin/python")).arg(&python), credentials);
    is_answered(&installation, "municipal.waste", "سطل زباله تخلیه").await;
    drop(adapter);

    let node = installation.data().join("adapter.mjs");
    fs::write(&node, printed("nodejs.md", "js")).unwrap();
    std::os::unix::fs::symlink(tool("node_modules"), installation.data().join("node_modules")).unwrap();
    let adapter = Adapter::start(Command::new("node").arg(&node), credentials);
    is_answered(&installation, "municipal.streets", "سطل زباله تخلیه").await;
    drop(adapter);
    by_spreadsheet(&installation).await;
}

/// Without any adapter, by the command.
async fn by_spreadsheet(installation: &Installation) {
    let contact = installation.contact("municipal.streets.asphalt");
    let file = installation.data().join("referrals.csv");
    let file_name = file.to_string_lossy();
    let waits = async || {
        let exported = installation.json(&["agency", "export-referrals", CITY, &file_name]);
        (exported["referrals"] == 1).then_some(())
    };
    patiently("the referral waits", waits).await;
    let sheet = fs::read_to_string(&file).unwrap();
    let row = sheet.trim_end().strip_suffix(",,").unwrap();
    fs::write(&file, format!("{row}انجام شد,چاله پر شد.,")).unwrap();
    for _ in 0..2 {
        assert_eq!(installation.json(&["agency", "import-answers", CITY, &file_name])["recorded"], 1);
    }
    let code = contact["tracking_code"].as_str().unwrap();
    let answered = async || {
        let shown = installation.json(&["case", "show", code]).to_string();
        shown.contains("CASE_STATE_ANSWERED").then_some(())
    };
    patiently("the case has its answer", answered).await;
}
