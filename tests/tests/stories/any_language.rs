//! Adapters in other languages, exactly as the pages of docs/integrate print them, on an installation that runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tests::patiently;

use crate::installation::Installation;

const GAS: &str = "ea-gas";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// What `./samad test` installs.
pub fn tool(path: &str) -> PathBuf {
    let tool = root().join(".tools").join(path);
    assert!(tool.exists(), "{} is not there: `./samad test` installs it", tool.display());
    tool
}

/// The program that a page prints.
pub fn printed(page: &str, language: &str) -> String {
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

/// A case of the agency's is registered, and answered by whatever adapter runs.
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
async fn an_adapter_in_python_answers_as_its_page_prints_it() {
    let mut installation = Installation::new();
    installation.up();
    installation.json(&["agency", "import"]);
    assert_eq!(installation.json(&["agency", "format", GAS, "json"])["format"], "json");
    let made = installation.json(&["agency", "onboard", GAS, "--live", "--without-conformance=a story"]);
    let credentials = Path::new(made["file"].as_str().unwrap());

    let python = installation.data().join("adapter.py");
    fs::write(&python, printed("python.md", "python")).unwrap();
    let _adapter = Adapter::start(Command::new(tool("bin/python")).arg(&python), credentials);
    is_answered(&installation, "gas", "نشت گاز برطرف شد").await;
}
