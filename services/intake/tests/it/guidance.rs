//! The guidance base: imported, versioned, found in Persian, cited (rules 3 and 11).

use contracts::intake::{
    EntryVersion, GetGuidanceRequest, GuidanceAdopted, GuidanceGiven, GuidanceRung, ImportDeskRulesRequest,
    ImportGuidanceRequest, ImportGuidanceResponse, Outcome, RegisterContactRequest, SearchGuidanceRequest,
};
use intake::{desk_file, guidance_file};
use tonic::Code;

use crate::world::{World, request};

async fn import(
    world: &mut World,
    change: impl FnOnce(&mut ImportGuidanceRequest),
) -> ImportGuidanceResponse {
    let mut import = ImportGuidanceRequest { entries: guidance_file::shipped().unwrap() };
    change(&mut import);
    world.guidance.import_guidance(import).await.unwrap().into_inner()
}

async fn found(world: &mut World, words: &str, province: &str) -> Vec<String> {
    let ask = SearchGuidanceRequest { words: words.into(), province: province.into(), ..Default::default() };
    let found = world.guidance.search_guidance(ask).await.unwrap().into_inner().found;
    assert!(found.is_sorted_by(|a, b| a.score >= b.score));
    found.into_iter().filter_map(|found| found.entry).map(|entry| entry.entry).collect()
}

fn advice(key: &str, rung: GuidanceRung, entry: &str, version: u32) -> RegisterContactRequest {
    RegisterContactRequest {
        outcome: Outcome::Guidance.into(),
        guidance_rung: rung.into(),
        guidance_entry: Some(EntryVersion { entry: entry.into(), version }),
        ..request(key)
    }
}

#[tokio::test]
async fn the_same_words_however_typed_find_the_same_entries() {
    let mut world = World::new().await;
    let answer = import(&mut world, |_| ()).await;
    assert_eq!((answer.changed, answer.unchanged), (0, 0));
    for (words, entry) in [
        ("حفر چاه", "well-permit"),
        ("چاه‌های غیر مجاز", "well-permit"),
        ("چاههای غيرمجاز", "well-permit"),
        ("دهك يارانه", "subsidy-decile"),
        ("یارانه‌ام قطع شده است", "subsidy-decile"),
        ("۱۲۲", "water-outage"),
        ("122", "water-outage"),
        ("پاسپورط", "passport"),
        ("گرانفروشی نانوایی", "price-complaint"),
        ("خیابان‌های آسفالت نشده تبریز", "ea-tabriz-municipality"),
    ] {
        let found = found(&mut world, words, "east-azerbaijan").await;
        assert_eq!(found.first().map(String::as_str), Some(entry), "{words}: {found:?}");
    }
    // Another province's entries are not shown.
    assert!(!found(&mut world, "شهرداری تبریز", "fars").await.contains(&"ea-tabriz-municipality".to_owned()));
    let nothing = SearchGuidanceRequest { words: "از و به !".into(), ..Default::default() };
    assert_eq!(world.guidance.search_guidance(nothing).await.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_changed_entry_is_a_new_version_and_the_old_one_stays_citable() {
    let mut world = World::new().await;
    let first = import(&mut world, |_| ()).await;
    let again = import(&mut world, |_| ()).await;
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, first.added));
    let changed = import(&mut world, |import| {
        let well = import.entries.iter_mut().find(|entry| entry.entry == "well-permit").unwrap();
        well.text = "متن تازه دربارهٔ قنات".into();
        import.entries[0].withdrawn = true;
    })
    .await;
    assert_eq!((changed.added, changed.changed, changed.unchanged), (0, 2, first.added - 2));
    assert_eq!(found(&mut world, "قنات", "").await[0], "well-permit");
    let withdrawn = guidance_file::shipped().unwrap().remove(0);
    assert!(!found(&mut world, &withdrawn.title, "").await.contains(&withdrawn.entry));

    let ask = |version| GetGuidanceRequest { entry: "well-permit".into(), version };
    let old = world.guidance.get_guidance(ask(1)).await.unwrap().into_inner().entry.unwrap();
    let new = world.guidance.get_guidance(ask(0)).await.unwrap().into_inner().entry.unwrap();
    assert_eq!((old.version, new.version), (1, 2));
    assert_ne!(old.text, new.text);
    assert_eq!(world.guidance.get_guidance(ask(3)).await.unwrap_err().code(), Code::NotFound);
    world.register(advice("call-0100", GuidanceRung::Unlawful, "well-permit", 1)).await;
    let given = world.stated::<GuidanceGiven>(1).await.remove(0);
    assert_eq!((given.entry.as_str(), given.entry_version), ("well-permit", 1));
    let adopted = world.stated::<GuidanceAdopted>(first.added as usize + 2).await;
    assert_eq!(adopted.iter().filter(|fact| fact.version == 2).count(), 2);
}

#[tokio::test]
async fn advice_stands_on_the_rungs_that_its_entry_supports() {
    let mut world = World::new().await;
    import(&mut world, |_| ()).await;
    let mut shown = advice("call-0101", GuidanceRung::Unlawful, "well-permit", 0);
    shown.guidance_shown = ["well-permit", "water-outage"]
        .map(|entry| EntryVersion { entry: entry.into(), version: 0 })
        .to_vec();
    let registered = world.register(shown.clone()).await;
    let given = world.stated::<GuidanceGiven>(1).await.remove(0);
    assert_eq!((given.contact_id.as_str(), given.entry_version), (registered.contact_id.as_str(), 1));
    assert!(given.lawful_way.contains("پروانه") && given.citation.contains("قانون"), "{given:?}");

    let mut refused = async |request| {
        let status = world.client.register_contact(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        status.message().to_owned()
    };
    let beyond = refused(advice("call-0102", GuidanceRung::BeyondCapacity, "well-permit", 0)).await;
    assert!(beyond.contains("does not support this rung"), "{beyond}");
    let unknown = refused(advice("call-0103", GuidanceRung::Information, "no-such-entry", 0)).await;
    assert!(unknown.contains("holds no version 0 of no-such-entry"), "{unknown}");

    // Repeated after the entry was withdrawn, it is still the contact that was taken.
    let withdrawn = |import: &mut ImportGuidanceRequest| {
        import.entries.iter_mut().for_each(|entry| entry.withdrawn = true);
    };
    import(&mut world, withdrawn).await;
    assert_eq!(world.register(shown).await, registered);
    let status =
        world.client.register_contact(advice("call-0104", GuidanceRung::Information, "well-permit", 0)).await;
    assert!(status.unwrap_err().message().contains("withdrawn"));
}

#[tokio::test]
async fn a_policy_decides_whether_uncited_advice_is_taken() {
    let mut world = World::new().await;
    let uncited = |key| RegisterContactRequest {
        guidance_entry: None,
        ..advice(key, GuidanceRung::Information, "", 0)
    };
    world.register(uncited("call-0110")).await;
    assert_eq!(world.stated::<GuidanceGiven>(1).await[0].entry, "", "counted as uncited");
    let mut rules = ImportDeskRulesRequest { hours: Vec::new(), ..desk_file::shipped().unwrap() };
    rules.policies[0].citation_required = true;
    world.work_list.import_desk_rules(rules).await.unwrap();
    let status = world.client.register_contact(uncited("call-0111")).await.unwrap_err();
    assert!(status.message().contains("search the guidance base"), "{}", status.message());
    world.register(uncited("call-0110")).await;
}
