//! Every bad row is named; a repeated import changes nothing.

use super::super::catalogue::Format;
use super::*;

fn agency(code: &str) -> Agency {
    Agency {
        code: code.into(),
        province: "fars".into(),
        name_fa: "آبفای فارس".into(),
        name_en: "Fars Water".into(),
        format: Format::Json,
        supervisor: String::new(),
    }
}

fn topic(code: &str, parent: &str) -> Topic {
    Topic { code: code.into(), parent: parent.into(), name_fa: "آب".into(), name_en: "Water".into() }
}

fn rule(topic: &str, province: &str, county: &str, agency: &str) -> Rule {
    Rule {
        topic: topic.into(),
        province: province.into(),
        county: county.into(),
        agency: agency.into(),
        also: Vec::new(),
    }
}

fn good() -> Import {
    Import {
        agencies: vec![agency("fa-water")],
        topics: vec![topic("water.leak", "water"), topic("water", "")],
        rules: vec![rule("water", "fars", "", "fa-water"), rule("water.leak", "", "", "fa-water")],
    }
}

fn places(import: &Import, held: &Catalogue) -> Vec<String> {
    faults(import, held).into_iter().map(|fault| fault.place).collect()
}

#[test]
fn a_good_import_repeated_changes_nothing() {
    let import = good();
    assert!(faults(&import, &Catalogue::default()).is_empty());
    let first = change(&import, &Catalogue::default());
    assert_eq!((first.added.len(), first.changed.len(), first.topics.len(), first.rules.len()), (1, 0, 2, 2));
    let held = Catalogue::new(import.agencies.clone(), import.topics.clone(), import.rules.clone());
    assert!(change(&import, &held).is_empty());
}

#[test]
fn what_is_otherwise_is_a_change() {
    let held = Catalogue::new(good().agencies, good().topics, good().rules);
    let mut import = good();
    import.agencies[0].name_fa = "آب و فاضلاب فارس".into();
    import.agencies.push(agency("fa-leaks"));
    import.rules[1].agency = "fa-leaks".into();
    let change = change(&import, &held);
    assert_eq!(
        (change.added.len(), change.changed.len(), change.topics.len(), change.rules.len()),
        (1, 1, 0, 1)
    );
}

#[test]
fn every_bad_row_is_named() {
    let import = Import {
        agencies: vec![agency("A"), agency("111"), agency("ok"), agency("ok")],
        topics: vec![topic("a", "b"), topic("b", "a"), topic("c", "nowhere"), topic("آب", "")],
        rules: vec![
            rule("nothing", "fars", "", "ok"),
            rule("c", "", "shiraz", "ok"),
            rule("c", "fars", "", "nobody"),
            rule("c", "fars", "", "ok"),
        ],
    };
    let expected = [
        "agencies[0].code",
        "agencies[1].code",
        "agencies[3].code",
        "topics[0].parent",
        "topics[1].parent",
        "topics[2].parent",
        "topics[3].code",
        "rules[0].topic",
        "rules[1].county",
        "rules[2].agency",
        "rules[3].topic",
    ];
    assert_eq!(places(&import, &Catalogue::default()), expected);
}

#[test]
fn rows_may_lean_on_what_is_held() {
    let held = Catalogue::new(good().agencies, good().topics, good().rules);
    let import =
        Import { rules: vec![rule("water.leak", "fars", "shiraz", "fa-water")], ..Import::default() };
    assert!(places(&import, &held).is_empty());
    assert_eq!(places(&import, &Catalogue::default()), ["rules[0].topic", "rules[0].agency"]);
}

#[test]
fn a_supervisor_is_another_agency() {
    let mut import = good();
    import.agencies[0].supervisor = "fa-inspection".into();
    assert_eq!(places(&import, &Catalogue::default()), ["agencies[0].supervisor"]);
    import.agencies.push(agency("fa-inspection"));
    assert_eq!(places(&import, &Catalogue::default()), [""; 0]);
    import.agencies[1].supervisor = "fa-inspection".into();
    assert_eq!(places(&import, &Catalogue::default()), ["agencies[1].supervisor"]);
}

#[test]
fn a_rule_may_name_several_known_agencies_once_each() {
    let with = |also: &[&str]| {
        let mut import = good();
        import.agencies.push(agency("fa-leaks"));
        import.rules[0].also = also.iter().map(|code| (*code).to_owned()).collect();
        import
    };
    assert_eq!(places(&with(&["fa-leaks"]), &Catalogue::default()), [""; 0]);
    for wrong in [&["nobody"][..], &["fa-water"], &["fa-leaks", "fa-leaks"]] {
        assert_eq!(places(&with(wrong), &Catalogue::default()), ["rules[0].also"], "{wrong:?}");
    }
    let held = Catalogue::new(with(&[]).agencies, good().topics, good().rules);
    assert_eq!(change(&with(&["fa-leaks"]), &held).rules.len(), 1);
}
