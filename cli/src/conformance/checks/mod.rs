//! The checks, one file a family. Their names are kept in records of passing: a name is never given another meaning.

mod first;
mod outages;
mod refusals;
mod repeats;
mod rulings;
mod texts;
mod time;
mod tomorrow;
mod verdicts;

use anyhow::Result;
use futures_util::future::LocalBoxFuture;

use super::scene::Scene;

/// Where the rules are written.
const SDK: &str = "adapters/sdk/README.md";
const REQUESTS: &str = "docs/decisions/0004-agency-actions-are-requests.md";
const PULLING: &str = "docs/decisions/0006-referral-consumers-on-routing-stream.md";
const CONTRACT: &str = "proto/samad/agency/v1/action.proto";
const ROUTING: &str = "services/routing/README.md";
const RULES: &str = "docs/rules.md";
const CONTRIBUTING: &str = "CONTRIBUTING.md";

/// One check.
pub struct Check {
    /// For ever.
    pub name: &'static str,
    /// What is done to the adapter.
    pub does: &'static str,
    /// What a sound adapter does then.
    pub expects: &'static str,
    /// Where that is documented.
    pub rule: &'static str,
    /// Whether it ends and starts the adapter.
    pub restarts: bool,
    /// Fails with what was seen instead.
    pub run: for<'a> fn(&'a Scene) -> LocalBoxFuture<'a, Result<()>>,
}

/// All of them, in the order in which they are made: the simplest first, those that move the clock last.
pub fn all() -> impl Iterator<Item = &'static Check> {
    let families: [&'static [Check]; 9] = [
        first::CHECKS,
        texts::CHECKS,
        repeats::CHECKS,
        tomorrow::CHECKS,
        verdicts::CHECKS,
        refusals::CHECKS,
        rulings::CHECKS,
        outages::CHECKS,
        time::CHECKS,
    ];
    families.into_iter().flatten()
}

/// Their names.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|check| check.name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    const PAGE: &str = "docs/integrate/conformance.md";

    #[test]
    fn there_are_forty_each_with_a_name_of_its_own_documented_where_it_says() {
        let unique: BTreeSet<&str> = names().collect();
        assert_eq!((names().count(), unique.len()), (40, 40));
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let page = std::fs::read_to_string(root.join(PAGE)).unwrap();
        for check in all() {
            assert!(root.join(check.rule).exists(), "{}: {}", check.name, check.rule);
            let row = format!("| `{}` | {} | {} |", check.name, check.does, check.expects);
            assert!(page.contains(&row), "{PAGE} has no row\n{row}");
        }
    }
}
