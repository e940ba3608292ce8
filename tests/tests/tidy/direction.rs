//! Which of our packages may use which.

use std::collections::BTreeSet;

use crate::repo::{Findings, Repo};

/// Our packages that the one in `folder` may use, also in its tests; `None` stands for every one.
fn may_use(folder: &str) -> Option<&'static [&'static str]> {
    match folder {
        "cli" | "tests" => None,
        "proto" | "crates/chassis" | "crates/ground" | "crates/jalali" | "crates/signature"
        | "crates/trust" => Some(&[]),
        "crates/bus" => Some(&["contracts", "chassis"]),
        "crates/outbox" => Some(&["contracts", "chassis", "bus"]),
        "crates/stage" => Some(&["contracts", "chassis", "bus", "ground", "trust"]),
        "services/web" => Some(&["contracts", "chassis", "jalali"]),
        "adapters/sdk" => Some(&["contracts", "chassis", "bus"]),
        other if other.starts_with("adapters/") => Some(&["contracts", "chassis", "bus", "sdk", "signature"]),
        other if other.starts_with("services/") => Some(&["contracts", "chassis", "bus", "outbox", "jalali"]),
        _ => Some(&[]),
    }
}

/// Real servers, and a service's stage on them: for tests, `cli up` and nobody else.
const TESTS_ONLY: [&str; 2] = ["ground", "stage"];

/// contracts ← bus ← outbox, chassis a leaf; a service uses these four and the calendar, and never another service.
pub fn dependencies_point_one_way(repo: &Repo) -> Findings {
    let name = |manifest: &toml::Table| Some(manifest.get("package")?.get("name")?.as_str()?.to_owned());
    let ours: BTreeSet<String> = repo.packages().filter_map(|(_, manifest)| name(&manifest)).collect();
    let mut findings = Findings::new();
    for (folder, manifest) in repo.packages() {
        let Some(allowed) = may_use(folder) else { continue };
        for (section, used) in dependencies(&manifest) {
            let in_tests = section == "dev-dependencies" && TESTS_ONLY.contains(&used.as_str());
            if ours.contains(&used) && !allowed.contains(&used.as_str()) && !in_tests {
                findings.push(format!(
                    "{folder}/Cargo.toml: {section} has {used}; it may use {allowed:?} only. What is needed of another \
                     service is learnt from its facts; what two packages need moves down into crates/"
                ));
            }
        }
    }
    findings
}

/// Section and package of every dependency, also those of one platform only.
fn dependencies(manifest: &toml::Table) -> Vec<(String, String)> {
    let platforms = manifest.get("target").and_then(toml::Value::as_table).into_iter().flatten();
    let tables = platforms.filter_map(|(_, table)| table.as_table()).chain([manifest]);
    tables
        .flatten()
        .filter(|(section, _)| section.ends_with("dependencies"))
        .flat_map(|(section, used)| {
            let used = used.as_table().into_iter().flatten();
            used.map(|(name, how)| {
                let package = how.get("package").and_then(toml::Value::as_str).unwrap_or(name);
                (section.clone(), package.to_owned())
            })
        })
        .collect()
}

#[test]
fn a_service_that_uses_another_is_found() {
    let repo = Repo::of(&[
        ("services/intake/Cargo.toml", "[package]\nname = \"intake\"\n[dependencies]\nserde = \"1\""),
        (
            "services/audit/Cargo.toml",
            "[package]\nname = \"audit\"\n[target.'cfg(unix)'.dependencies]\nother = { package = \"intake\" }",
        ),
    ]);
    assert_eq!(dependencies_point_one_way(&repo).len(), 1);
}
