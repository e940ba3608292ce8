//! The gRPC door.

use contracts::deadline::{
    ClockState, DeadlineBreached, DeadlineSet, ExplainDeadlineRequest, ImportPoliciesRequest,
    ListOverdueRequest, ListPoliciesRequest, Policy, PolicyAdopted,
};
use tonic::Code;

use crate::world::{World, ago};

#[tokio::test(flavor = "multi_thread")]
async fn policies_are_adopted_once_and_a_changed_one_is_a_new_version() {
    let mut world = World::new(2).await;
    assert_eq!(world.told::<PolicyAdopted>().await.len(), 6, "two replicas adopt the built-in ones once");
    let listed = world.api.list_policies(ListPoliciesRequest {}).await.unwrap().into_inner().policies;
    let answer = world.api.import_policies(ImportPoliciesRequest { policies: listed.clone() }).await.unwrap();
    assert_eq!((answer.get_ref().adopted, answer.get_ref().unchanged), (0, 6));

    let general = listed.iter().find(|policy| policy.policy == "general").unwrap();
    let longer = Policy { length_days: 20, valid_from: None, ..general.clone() };
    let answer = world.api.import_policies(ImportPoliciesRequest { policies: vec![longer] }).await.unwrap();
    assert_eq!((answer.get_ref().adopted, answer.get_ref().unchanged), (1, 0));
    let adopted = world.told::<PolicyAdopted>().await;
    let newest = adopted.last().unwrap();
    assert_eq!((newest.policy.as_str(), newest.version, newest.length_days), ("general", 2, 20));

    let absurd = Policy { length_days: 0, ..general.clone() };
    let refused =
        world.api.import_policies(ImportPoliciesRequest { policies: vec![absurd] }).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().contains("policies[0].length_days"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_is_explained_in_persian_and_english() {
    let mut world = World::new(1).await;
    let issued = world.issued("2025-09-23T08:30:00+03:30".parse().unwrap());
    world.say(std::slice::from_ref(&issued)).await;
    world.until::<DeadlineSet>(1).await;
    let ask = |referral_id: &str| ExplainDeadlineRequest { referral_id: referral_id.to_owned() };
    let explained = world.api.explain_deadline(ask(&issued.referral_id)).await.unwrap().into_inner();
    assert_eq!(explained.state(), ClockState::Running);
    let text: String = explained.steps.iter().map(|s| format!("{}\n{}\n", s.text_fa, s.text_en)).collect();
    assert!(text.contains("۱ مهر ۱۴۰۴ ساعت ۰۸:۳۰") && text.contains("۱۶ مهر ۱۴۰۴ ساعت ۰۸:۳۰"), "{text}");
    assert!(text.contains("version 1: 15 calendar days"), "{text}");

    let unknown = world.clock.new_id().to_string();
    assert_eq!(world.api.explain_deadline(ask(&unknown)).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(world.api.explain_deadline(ask("no id")).await.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test(flavor = "multi_thread")]
async fn overdue_clocks_are_listed_longest_first_in_pages() {
    let mut world = World::new(1).await;
    let mut issued: Vec<_> = (0..25).map(|n| world.issued(ago(500 + n))).collect();
    issued[3].province = "tehran".into();
    world.say(&issued).await;
    world.until::<DeadlineBreached>(25).await;
    let mut wanted: Vec<_> = issued.iter().rev().map(|i| i.referral_id.clone()).collect();
    assert_eq!(pages(&mut world, "").await, wanted);
    wanted.retain(|id| *id != issued[3].referral_id);
    assert_eq!(pages(&mut world, "fars").await, wanted);
    let alien = ListOverdueRequest { page_token: "x".into(), ..Default::default() };
    assert_eq!(world.api.list_overdue(alien).await.unwrap_err().code(), Code::InvalidArgument);
}

async fn pages(world: &mut World, province: &str) -> Vec<String> {
    let (mut ids, mut page_token) = (Vec::new(), String::new());
    loop {
        let ask = ListOverdueRequest { province: province.to_owned(), page_size: 10, page_token };
        let page = world.api.list_overdue(ask).await.unwrap().into_inner();
        assert!(page.items.len() <= 10);
        ids.extend(page.items.into_iter().map(|item| item.referral_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return ids;
        }
    }
}
