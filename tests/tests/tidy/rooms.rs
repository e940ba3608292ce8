//! What each room of a service may hold.

use crate::lexer::code;
use crate::repo::{Findings, Repo, has_word, room};

/// How SQL reaches the database.
const SQL: [&str; 3] = ["sqlx::query", "sqlx::raw_sql", "QueryBuilder"];

/// What a domain knows nothing of: it is values in, decisions out, and `now` is an argument.
const IMPURE: [&str; 6] = ["async", "await", "sqlx", "tonic", "outbox", "chassis::clock"];

/// What every service has, so that whoever knows one house knows all.
const EVERYWHERE: [&str; 6] =
    ["Cargo.toml", "README.md", "src/config.rs", "src/lib.rs", "src/main.rs", "tests/it/main.rs"];

/// Lines of a `main.rs`: it names the service and nothing else.
const LONGEST_MAIN: usize = 10;

/// Every service has the same rooms, and its `main.rs` is a door only.
pub fn services_have_the_same_rooms(repo: &Repo) -> Findings {
    let mut findings = Findings::new();
    let manifests = repo.packages().filter(|(folder, _)| folder.starts_with("services/"));
    for (service, manifest) in manifests {
        for room in EVERYWHERE.iter().filter(|room| repo.text(&format!("{service}/{room}")).is_none()) {
            findings.push(format!("{service}: has no {room}"));
        }
        let main = repo.text(&format!("{service}/src/main.rs")).unwrap_or_default();
        if main.lines().count() > LONGEST_MAIN {
            findings.push(format!("{service}/src/main.rs: {LONGEST_MAIN} lines at most: move it to lib.rs"));
        }
        let uses_sql = manifest.get("dependencies").is_some_and(|used| used.get("sqlx").is_some());
        let migrations = format!("{service}/migrations/");
        if uses_sql && !repo.files().any(|(path, _)| path.starts_with(&migrations)) {
            findings.push(format!("{service}: has no migrations/ for its database"));
        }
    }
    findings
}

/// SQL stands in `store.rs` or `store/` of a service, nowhere else in it.
pub fn sql_stays_in_the_store(repo: &Repo) -> Findings {
    let mut findings = Findings::new();
    for (path, text) in repo.rust() {
        let outside = room(path).is_some_and(|room| room != "store") || path.starts_with("adapters/");
        for (line, words) in code(text).lines().enumerate().filter(|_| outside) {
            if SQL.iter().any(|sql| words.contains(sql)) {
                findings.push(format!("{path}:{}: SQL outside store: move the query into store/", line + 1));
            }
        }
    }
    findings
}

/// `domain/` is pure.
pub fn domains_are_pure(repo: &Repo) -> Findings {
    let mut findings = Findings::new();
    for (path, text) in repo.rust().filter(|(path, _)| room(path) == Some("domain")) {
        for (line, words) in code(text).lines().enumerate() {
            for impure in IMPURE.iter().filter(|impure| has_word(words, impure)) {
                findings.push(format!(
                    "{path}:{}: `{impure}` in a domain: pass what it needs as an argument",
                    line + 1
                ));
            }
        }
    }
    findings
}

/// What a service does on hearing `ReferralIssued` stands in `on/referral_issued.rs`.
pub fn handlers_are_named_for_their_fact(repo: &Repo) -> Findings {
    let mut findings = Findings::new();
    for (path, text) in repo.rust().filter(|(path, _)| path.starts_with("services/")) {
        let code = code(text);
        // `type Fact` is what a handler (outbox::Hear) names the fact it hears.
        for named in code.match_indices("type Fact = ").map(|(at, found)| &code[at + found.len()..]) {
            let named = named.split(';').next().unwrap_or_default().rsplit("::").next().unwrap_or_default();
            // A handler for facts of several names stands where it is named for what it does.
            if code.contains(&format!("impl<{named}: ")) {
                continue;
            }
            let fact = imported_name(&code, named);
            let file = format!("on/{}.rs", snake_case(fact));
            if !path.ends_with(&format!("/src/{file}")) {
                findings.push(format!("{path}: hears {fact}: move the handler to {file}"));
            }
        }
    }
    findings
}

/// What `name` was called before the file's `use … as name` called it so.
fn imported_name<'a>(code: &'a str, name: &'a str) -> &'a str {
    let renamed = code.match_indices(" as ").find(|(at, _)| {
        let after = code[at + 4..].strip_prefix(name);
        after.is_some_and(|after| after.starts_with([';', ',', '}']))
    });
    let before = renamed.and_then(|(at, _)| code[..at].rsplit(|c: char| !c.is_alphanumeric()).next());
    before.unwrap_or(name)
}

fn snake_case(camel: &str) -> String {
    let mut snake = String::new();
    for letter in camel.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[test]
fn a_service_without_its_rooms_is_found() {
    let long = "\n".repeat(LONGEST_MAIN + 1);
    let all = EVERYWHERE.map(|room| (format!("services/a/{room}"), ""));
    let mut files: Vec<(&str, &str)> = all.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    assert!(services_have_the_same_rooms(&Repo::of(&files)).is_empty());
    files.retain(|(path, _)| !path.ends_with("README.md") && !path.ends_with("main.rs"));
    files.push(("services/a/Cargo.toml", "[dependencies]\nsqlx = \"0\""));
    files.push(("services/a/src/main.rs", &long));
    let findings = services_have_the_same_rooms(&Repo::of(&files));
    assert_eq!(findings.len(), 4, "{findings:?}");
}

#[test]
fn sql_and_waiting_in_the_wrong_room_are_found() {
    let query = "// sqlx::query is fine here\nsqlx::query(\"SELECT 1\");";
    let files = [
        ("services/a/src/on/b.rs", query),
        ("services/a/src/store/b.rs", query),
        ("services/a/tests/it/b.rs", query),
        ("services/a/src/domain/b.rs", "async fn asynchronous() {}"),
    ];
    assert_eq!(sql_stays_in_the_store(&Repo::of(&files)).len(), 1);
    assert_eq!(domains_are_pure(&Repo::of(&files)).len(), 1);
}

#[test]
fn a_handler_in_a_file_of_another_name_is_found() {
    let plain = "impl Hear for H {\n    type Fact = routing::ReferralIssued;\n}";
    let renamed = "use routing::ReferralIssued as Fact;\nimpl Hear for H {\n    type Fact = Fact;\n}";
    for handler in [plain, renamed] {
        let right = ("services/a/src/on/referral_issued.rs", handler);
        let wrong = ("services/a/src/on/referrals.rs", handler);
        let findings = handlers_are_named_for_their_fact(&Repo::of(&[right, wrong]));
        assert_eq!(
            findings,
            [
                "services/a/src/on/referrals.rs: hears ReferralIssued: move the handler to on/referral_issued.rs"
            ]
        );
    }
}
