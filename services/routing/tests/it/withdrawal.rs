//! The citizen withdraws: whoever holds the case owes nothing more (rule 8).

use contracts::routing::{
    AssignDeskItemRequest, DeskItemOpened, ListDeskItemsRequest, ReferralIssued, ReferralState,
    ReferralWithdrawn,
};
use tonic::Code;

use crate::scene::{PATIENCE, Scene, word};

#[tokio::test]
async fn a_withdrawn_case_ends_its_open_referral_once_and_the_adapter_is_told_why() {
    let mut scene = Scene::new().await;
    let case_id = scene.register("water", "shiraz", 1).await;
    let (issued, _) = scene.heard::<ReferralIssued>().await;
    scene.withdraw(&case_id, 3).await;
    let (withdrawn, envelope) = scene.heard::<ReferralWithdrawn>().await;
    assert_eq!((&withdrawn.referral_id, withdrawn.reason.as_str()), (&issued.referral_id, "مشکل حل شد"));
    assert_eq!(envelope.content_type, contracts::json::JSON, "as its agency reads");
    for kind in [2, 3, 4] {
        let verdict = scene.act("fa-water-shiraz", &scene.action(&issued.referral_id, kind)).await;
        assert_eq!(word(&verdict), "case_withdrawn");
    }
    assert_eq!(scene.names_until_marker().await, ["action_refused"; 3]);
    assert_eq!(scene.referrals(&case_id).await[0].state(), ReferralState::Withdrawn);
}

#[tokio::test]
async fn a_withdrawal_that_is_heard_first_lets_nothing_begin() {
    let mut scene = Scene::new().await;
    // What was told of the beginning.
    scene.names_until_marker().await;
    let case_id = scene.clock.new_id().to_string();
    scene.withdraw(&case_id, 1).await;
    assert_eq!(scene.names_until_marker().await, [""; 0]);
    scene.register_as(&case_id, "water", "fasa", 2).await;
    assert_eq!(scene.names_until_marker().await, [""; 0]);
    assert!(scene.referrals(&case_id).await.is_empty());
}

#[tokio::test]
async fn what_was_answered_stays_answered_and_the_desk_forgets_what_was_withdrawn() {
    let mut scene = Scene::new().await;
    let answered = scene.register("water", "fasa", 1).await;
    let (issued, _) = scene.heard::<ReferralIssued>().await;
    assert_eq!(word(&scene.act("fa-water", &scene.action(&issued.referral_id, 3)).await), "recorded");
    let on_desk = scene.register("dragons", "", 1).await;
    scene.heard::<DeskItemOpened>().await;
    scene.withdraw(&answered, 1).await;
    scene.withdraw(&on_desk, 1).await;
    assert_eq!(scene.names_until_marker().await, [""; 0]);
    assert_eq!(scene.referrals(&answered).await[0].state(), ReferralState::Answered);
    let items = scene.api.list_desk_items(ListDeskItemsRequest::default()).await.unwrap().into_inner().items;
    assert!(items.iter().all(|item| item.case_id != on_desk));
    let assign = AssignDeskItemRequest { case_id: on_desk, agency: "fa-governor".into() };
    assert_eq!(scene.api.assign_desk_item(assign).await.unwrap_err().code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn whatever_replicas_do_at_once_nothing_of_a_withdrawn_case_stays_open() {
    let mut scene = Scene::new().await;
    scene.replicate().await;
    let mut returned = Vec::new();
    for _ in 0..40 {
        scene.register("water", "shiraz", 1).await;
        let (issued, _) = scene.heard::<ReferralIssued>().await;
        let action = scene.action(&issued.referral_id, 4);
        returned.push((issued.case_id, action));
    }
    // Each case is returned, which makes its next round, while it is withdrawn.
    let returns = returned.iter().map(|(_, action)| scene.act("fa-water-shiraz", action));
    let withdrawals = returned.iter().map(|(case, _)| scene.withdraw(case, 1));
    let (verdicts, _) =
        tokio::join!(futures_util::future::join_all(returns), futures_util::future::join_all(withdrawals));
    for verdict in verdicts {
        let word = word(&verdict);
        assert!(["recorded", "case_withdrawn", "try_again"].contains(&word.as_str()), "{word}");
    }
    let ended = [ReferralState::Returned, ReferralState::Withdrawn];
    let all_ended = async {
        for (case, _) in &returned {
            while !scene.referrals(case).await.iter().all(|referral| ended.contains(&referral.state())) {
                tokio::task::yield_now().await;
            }
        }
    };
    tokio::time::timeout(PATIENCE, all_ended).await.expect("every referral ends");
}
