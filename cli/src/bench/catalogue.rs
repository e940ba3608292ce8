//! The bench's agencies as routing knows them.

use contracts::routing::{Agency as Registered, ImportCatalogueRequest, Rule, Topic};

/// These agencies, with a topic and a rule each.
pub fn catalogue<S: AsRef<str>>(codes: &[S]) -> ImportCatalogueRequest {
    let topic = |code: String, parent: &str| Topic {
        name_fa: code.clone(),
        name_en: code.clone(),
        code,
        parent: parent.to_owned(),
    };
    let topics = codes.iter().map(|code| topic(format!("bench.{}", code.as_ref()), "bench"));
    ImportCatalogueRequest {
        topics: std::iter::once(topic("bench".to_owned(), "")).chain(topics).collect(),
        agencies: codes.iter().map(|code| registered(code.as_ref())).collect(),
        rules: codes.iter().map(|code| rule(code.as_ref())).collect(),
    }
}

fn registered(code: &str) -> Registered {
    Registered {
        code: code.to_owned(),
        name_fa: code.to_owned(),
        name_en: code.to_owned(),
        ..Default::default()
    }
}

fn rule(code: &str) -> Rule {
    Rule { topic: format!("bench.{code}"), agency: code.to_owned(), ..Default::default() }
}
