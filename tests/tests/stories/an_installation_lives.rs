use std::fs;
use std::net::TcpListener;
use std::process::Output;

use cli::secrets::Secrets;

use crate::installation::{Installation, eventually};

async fn is_over(installation: &Installation) {
    let ports = installation.ports;
    let free =
        async || [ports.web(), ports.nats(), ports.postgres()].into_iter().all(ground::is_free).then_some(());
    eventually("something outlives the system", free).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_registered_is_there_after_each_end() {
    let mut installation = Installation::new();
    let places = installation.up();
    assert_eq!(places["web"], format!("http://127.0.0.1:{}", installation.ports.web()));
    let contact = installation.contact("municipal.waste");
    let code = contact["tracking_code"].as_str().unwrap();
    // SIGKILL leaves no last word: the servers end by themselves.
    for (signal, orderly) in [("INT", true), ("KILL", false), ("TERM", true)] {
        assert_eq!(installation.json(&["case", "show", code])["case_id"], contact["case_id"]);
        assert_eq!(installation.end(signal).success(), orderly, "{signal}");
        is_over(&installation).await;
        installation.up();
    }
    let shown = installation.json(&["case", "show", code]);
    assert!(
        !shown.to_string().contains("0084575948") && !shown.to_string().contains("09120000000"),
        "{shown}"
    );
}

/// What `samad up` says when it cannot.
fn complaint(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said.lines().find_map(|line| line.strip_prefix("samad: ")).unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_way_is_said_with_its_remedy() {
    let installation = Installation::new();
    let folder = |name: &str| installation.data().join(name);
    let up = |name: &str, more: &[&str]| {
        let data = folder(name).to_string_lossy().into_owned();
        complaint(&installation.run(&[&["up", "--data", &data], more].concat()))
    };

    let holder = TcpListener::bind(("127.0.0.1", installation.ports.web())).unwrap();
    let said = up("fresh", &[]);
    assert!(said.contains("is taken") && said.contains("--port-base"), "{said}");
    assert!(!folder("fresh").exists(), "nothing was begun");
    drop(holder);

    fs::write(folder("file"), "").unwrap();
    let said = up("file", &[]);
    assert!(said.contains("cannot be used") && said.contains("--data"), "{said}");

    Secrets::load_or_make(&folder("garbage")).unwrap();
    fs::create_dir_all(folder("garbage/postgres/cluster")).unwrap();
    fs::write(folder("garbage/postgres/cluster/PG_VERSION"), "fifteen").unwrap();
    let said = up("garbage", &[]);
    assert!(said.contains("does not start") && said.contains("backup"), "{said}");

    fs::remove_file(folder("garbage/secrets.toml")).unwrap();
    let said = up("garbage", &[]);
    assert!(said.contains("secrets.toml is gone"), "{said}");

    let said = up("elsewhere", &["--postgres-url=postgres://127.0.0.1:1/postgres"]);
    assert!(said.contains("the given PostgreSQL"), "{said}");
    let said = up("elsewhere", &["--nats-url=nats://127.0.0.1:1"]);
    assert!(said.contains("the given NATS server"), "{said}");
    is_over(&installation).await;
}
