//! What the checks found: readable, as JSON and as JUnit reads it.

use serde_json::{Value, json};

use super::checks::Check;

/// How a check ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// With what was seen instead.
    Failed(String),
    /// With what it would need.
    Skipped(String),
}

/// One check's end.
pub struct Finding {
    pub check: &'static Check,
    pub outcome: Outcome,
    /// How long it took.
    pub seconds: f64,
}

/// All findings of a run.
pub struct Report {
    pub agency: String,
    pub findings: Vec<Finding>,
}

impl Finding {
    /// For people: one line, and what to do where it did not pass.
    #[must_use]
    pub fn lines(&self) -> String {
        let Check { name, does, expects, rule, .. } = self.check;
        let (word, seen) = match &self.outcome {
            Outcome::Passed => return format!("passed   {name:<28}{:>6.1} s", self.seconds),
            Outcome::Failed(seen) => ("FAILED ", seen),
            Outcome::Skipped(why) => return format!("skipped  {name:<28}{why}"),
        };
        format!(
            "{word}  {name:<28}{:>6.1} s\n           what was done   {does}\n           what is right   {expects}\n           \
             what was seen   {seen}\n           documented in   {rule}",
            self.seconds
        )
    }

    fn json(&self) -> Value {
        let Check { name, does, expects, rule, .. } = self.check;
        let (outcome, seen) = match &self.outcome {
            Outcome::Passed => ("passed", None),
            Outcome::Failed(seen) => ("failed", Some(seen)),
            Outcome::Skipped(why) => ("skipped", Some(why)),
        };
        json!({"check": name, "outcome": outcome, "seen": seen, "seconds": self.seconds, "does": does,
            "expects": expects, "rule": rule})
    }

    fn junit(&self, suite: &str) -> String {
        let Check { name, does, expects, rule, .. } = self.check;
        let inside = match &self.outcome {
            Outcome::Passed => String::new(),
            Outcome::Failed(seen) => format!(
                "<failure message=\"{}\">{}</failure>",
                escaped(seen),
                escaped(&format!("What was done: {does}\nWhat is right: {expects}\nDocumented in: {rule}"))
            ),
            Outcome::Skipped(why) => format!("<skipped message=\"{}\"/>", escaped(why)),
        };
        format!(
            "    <testcase classname=\"{suite}\" name=\"{name}\" time=\"{:.3}\">{inside}</testcase>\n",
            self.seconds
        )
    }
}

impl Report {
    /// Whether that check was tried and failed.
    #[must_use]
    pub fn has_failed(&self, name: &str) -> bool {
        let failed = |finding: &&Finding| matches!(finding.outcome, Outcome::Failed(_));
        self.findings.iter().filter(failed).any(|finding| finding.check.name == name)
    }

    /// How many ended so.
    #[must_use]
    pub fn count(&self, ended: fn(&Outcome) -> bool) -> usize {
        self.findings.iter().filter(|finding| ended(&finding.outcome)).count()
    }

    /// Whether all that was tried passed, and something was.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        !self.findings.is_empty() && self.count(|outcome| *outcome == Outcome::Passed) == self.findings.len()
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let findings: Vec<Value> = self.findings.iter().map(Finding::json).collect();
        json!({"agency": self.agency, "passed": self.has_passed(), "checks": findings})
    }

    /// As JUnit's XML, which every build server reads.
    #[must_use]
    pub fn junit(&self) -> String {
        let suite = format!("samad conformance {}", self.agency);
        let failed = self.count(|outcome| matches!(outcome, Outcome::Failed(_)));
        let skipped = self.count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        let seconds: f64 = self.findings.iter().map(|finding| finding.seconds).sum();
        let cases: String = self.findings.iter().map(|finding| finding.junit(&suite)).collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"{suite}\" tests=\"{}\" \
             failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\" time=\"{seconds:.3}\">\n{cases}  </testsuite>\n</testsuites>\n",
            self.findings.len()
        )
    }
}

/// Text as XML holds it; what XML cannot hold at all is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::all;

    fn report(outcomes: &[Outcome]) -> Report {
        let findings = all().zip(outcomes).map(|(check, outcome)| Finding {
            check,
            outcome: outcome.clone(),
            seconds: 0.25,
        });
        Report { agency: "ea-gas".to_owned(), findings: findings.collect() }
    }

    #[test]
    fn only_what_was_tried_and_passed_has_passed() {
        let failed = Outcome::Failed("\"a\" < b & \u{0}\nc".to_owned());
        let skipped = Outcome::Skipped("say --restart-command".to_owned());
        assert!(report(&[Outcome::Passed, Outcome::Passed]).has_passed());
        for bad in [vec![], vec![Outcome::Passed, failed.clone()], vec![Outcome::Passed, skipped.clone()]] {
            assert!(!report(&bad).has_passed());
        }
        let mixed = report(&[Outcome::Passed, failed, skipped]);
        let xml = mixed.junit();
        assert!(
            xml.contains("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"0.750\""),
            "{xml}"
        );
        assert!(xml.contains("message=\"&quot;a&quot; &lt; b &amp; &#10;c\""), "{xml}");
        assert_eq!(mixed.json()["checks"][1]["outcome"], "failed");
        let lines = mixed.findings[1].lines();
        assert!(lines.contains("what is right") && lines.contains(".md"), "{lines}");
    }
}
