//! An installation as its people have it: the `samad` command alone.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use cli::ports::Ports;
use serde_json::Value;
use tempfile::TempDir;

pub struct Installation {
    pub folder: TempDir,
    pub ports: Ports,
    up: Option<Child>,
}

impl Installation {
    pub fn new() -> Self {
        let (folder, ports) = (ground::scratch("samad-story-").unwrap(), Ports::free().unwrap());
        Installation { folder, ports, up: None }
    }

    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    pub fn samad(&self, words: &[&str]) -> Command {
        let mut command = Command::new(tests::samad());
        command.args(["--port-base", &self.ports.0.to_string()]);
        command.arg("--data").arg(self.data().join("var")).args(words);
        command.env_remove("SAMAD_NATS_URL").env_remove("SAMAD_POSTGRES_URL").stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Output {
        self.samad(words).output().unwrap()
    }

    /// What a command that succeeds prints with `--json`.
    pub fn json(&self, words: &[&str]) -> Value {
        let output = self.run(&[words, &["--json"]].concat());
        let (said, complaint) = (output.stdout, String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{words:?}: {complaint}");
        serde_json::from_slice(&said).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    /// Registers what somebody asks for; the answer.
    pub fn contact(&self, topic: &str) -> Value {
        self.json(&[
            "contact",
            "--province=east-azerbaijan",
            "--county=tabriz",
            "--phone=09120000000",
            "--name=آزمون آزمونی",
            "--national-id=0084575948",
            "--place=تبریز، چهارراه آبرسان",
            "--text=سطل زباله کوچه جمع‌آوری نمی‌شود",
            "--topic",
            topic,
        ])
    }

    /// `samad up --json` on this folder; what it says once everything answers.
    pub fn up(&mut self) -> Value {
        let data = self.data().join("var").to_string_lossy().into_owned();
        self.start(&["up", "--json", "--data", &data])
    }

    /// `samad sandbox --json` for that agency on this folder, which must be new; what it says once everything answers.
    pub fn sandbox(&mut self, agency: &str) -> Value {
        self.start(&["sandbox", "--json", "--agency", agency])
    }

    /// The same for an adapter that reads JSON.
    pub fn sandbox_in_json(&mut self, agency: &str) -> Value {
        self.start(&["sandbox", "--json", "--agency", agency, "--format", "json"])
    }

    fn start(&mut self, words: &[&str]) -> Value {
        let mut command = self.samad(words);
        // Warnings and worse go to the test's own output.
        let mut child = command.env("SAMAD_LOG", "warn").stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines().next();
        self.up = Some(child);
        serde_json::from_str(&said.expect("it says where to look").unwrap()).unwrap()
    }

    /// Sends a signal (as `INT`) to the running system and waits for its end.
    pub fn end(&mut self, signal: &str) -> ExitStatus {
        let mut child = self.up.take().expect("it is up");
        let kill = Command::new("/bin/sh").args(["-c", &format!("kill -s {signal} {}", child.id())]).status();
        assert!(kill.unwrap().success());
        child.wait().unwrap()
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        // Its servers end by their death signal.
        if let Some(mut child) = self.up.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Asks until there is an answer; panics with `what` after 30 s.
pub async fn eventually<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    let wait = async {
        loop {
            match ask().await {
                Some(answer) => break answer,
                None => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait).await.unwrap_or_else(|_| panic!("{what}"))
}
