//! An answer passes before it counts.

use contracts::agency::ActionPublished;
use contracts::routing::{
    ActionRefused, AnswerHeld, AnswerRejected, CallbackDrawn, HoldReason, ImportRulingPoliciesRequest,
    ListHeldAnswersRequest, ReferralAnswered, ReferralIssued, ReferralState, ReviewAnswerRequest,
    RulingPolicy,
};
use tonic::Code;

use crate::scene::{Scene, word};

const COPY: &str = "درخواست شما بررسی شد و در دستور کار این شرکت قرار گرفت؛ نتیجه در اسرع وقت اعلام می‌شود.";

async fn import(scene: &mut Scene, policy: RulingPolicy) {
    let import = ImportRulingPoliciesRequest { policies: vec![policy] };
    scene.rulings.import_ruling_policies(import).await.unwrap();
}

async fn issued(scene: &mut Scene) -> (String, String) {
    let case_id = scene.register("water", "fasa", 1).await;
    (case_id, scene.heard::<ReferralIssued>().await.0.referral_id)
}

fn answer(scene: &Scene, referral: &str, text: &str) -> ActionPublished {
    ActionPublished { text: text.into(), ..scene.action(referral, 3) }
}

fn review(action: &ActionPublished, pass: bool) -> ReviewAnswerRequest {
    ReviewAnswerRequest {
        referral_id: action.referral_id.clone(),
        action_id: action.action_id.clone(),
        pass,
        reason: if pass {
            String::new()
        } else {
            "به درخواست پاسخ داده نشده است".into()
        },
        reviewed_by: "quality-2".into(),
    }
}

#[tokio::test]
async fn an_answer_that_points_elsewhere_waits_and_counts_as_of_when_it_was_given() {
    let mut scene = Scene::new().await;
    let (case_id, referral) = issued(&mut scene).await;
    let action = answer(&scene, &referral, "برای این کار به شهرداری مراجعه كنيد.");
    for _ in 0..2 {
        assert_eq!(word(&scene.act("fa-water", &action).await), "recorded");
    }
    let (held, _) = scene.heard::<AnswerHeld>().await;
    assert_eq!(held.reasons().collect::<Vec<_>>(), [HoldReason::GoesElsewhere]);
    assert_eq!(scene.referrals(&case_id).await[0].state(), ReferralState::Held);
    let more = answer(&scene, &referral, "لوله تعویض شد");
    assert_eq!(word(&scene.act("fa-water", &more).await), "answer_under_review");

    let open = ListHeldAnswersRequest { province: "fars".into(), ..Default::default() };
    let listed = scene.rulings.list_held_answers(open.clone()).await.unwrap().into_inner().answers;
    assert_eq!((listed.len(), listed[0].text.as_str()), (1, action.text.as_str()));
    assert!(listed[0].why_fa.contains("جای دیگری") && listed[0].why_en.contains("elsewhere"));
    for _ in 0..2 {
        assert!(scene.rulings.review_answer(review(&action, true)).await.unwrap().into_inner().passed);
    }
    let otherwise = scene.rulings.review_answer(review(&action, false)).await.unwrap_err();
    assert_eq!(otherwise.code(), Code::FailedPrecondition);
    let (answered, _) = scene.heard::<ReferralAnswered>().await;
    assert_eq!((&answered.action_id, answered.answered_at), (&action.action_id, held.held_at));
    assert!(scene.rulings.list_held_answers(open).await.unwrap().into_inner().answers.is_empty());
    assert_eq!(scene.names_until_marker().await, [""; 0]);
}

#[tokio::test]
async fn an_answer_that_fails_goes_back_and_another_counts() {
    let mut scene = Scene::new().await;
    let (_, referral) = issued(&mut scene).await;
    let empty = answer(&scene, &referral, "- -");
    assert_eq!(word(&scene.act("fa-water", &empty).await), "recorded");
    assert_eq!(scene.heard::<AnswerHeld>().await.0.reasons().next(), Some(HoldReason::TooShort));
    let silent = ReviewAnswerRequest { reason: " ".into(), ..review(&empty, false) };
    assert_eq!(scene.rulings.review_answer(silent).await.unwrap_err().code(), Code::InvalidArgument);
    assert!(!scene.rulings.review_answer(review(&empty, false)).await.unwrap().into_inner().passed);
    assert_eq!(scene.heard::<AnswerRejected>().await.0.action_id, empty.action_id);
    let refusal = scene.heard::<ActionRefused>().await.0.refusal.unwrap();
    assert_eq!(refusal.code, "answer_rejected");
    assert!(refusal.message_fa.contains("پاسخ داده نشده"), "{}", refusal.message_fa);
    assert_eq!(
        word(&scene.act("fa-water", &empty).await),
        "answer_rejected",
        "the same again does not count"
    );
    assert_eq!(word(&scene.act("fa-water", &answer(&scene, &referral, "لوله تعویض شد")).await), "recorded");
    assert_eq!(scene.heard::<ReferralAnswered>().await.0.text, "لوله تعویض شد");
}

#[tokio::test]
async fn the_same_letter_to_everyone_is_held_from_the_policys_number_on() {
    let mut scene = Scene::new().await;
    let policy = RulingPolicy {
        boilerplate_window: 5,
        boilerplate_others: 3,
        boilerplate_bits: 4,
        ..RulingPolicy::default()
    };
    import(&mut scene, policy).await;
    for number in 0..3 {
        let (_, referral) = issued(&mut scene).await;
        let action = answer(&scene, &referral, &format!("{COPY} شماره {number}"));
        assert_eq!(word(&scene.act("fa-water", &action).await), "recorded");
        scene.heard::<ReferralAnswered>().await;
    }
    let (_, referral) = issued(&mut scene).await;
    let copy = answer(&scene, &referral, &format!("{COPY} شماره ۷۷"));
    assert_eq!(word(&scene.act("fa-water", &copy).await), "recorded");
    assert_eq!(scene.heard::<AnswerHeld>().await.0.reasons().next(), Some(HoldReason::Boilerplate));
    // What the window left behind is forgotten: the table stays as small as it.
    for word in ["آسفالت", "انشعاب", "کنتور", "فاضلاب", "پمپ", "مخزن"] {
        let (_, referral) = issued(&mut scene).await;
        let text = format!("{word} در روز شنبه {} و {word} به دست گروه {word} افتتاح شد", word.repeat(3));
        scene.act("fa-water", &answer(&scene, &referral, &text)).await;
        scene.heard::<ReferralAnswered>().await;
    }
    let (_, referral) = issued(&mut scene).await;
    scene.act("fa-water", &answer(&scene, &referral, COPY)).await;
    assert_eq!(scene.heard::<ReferralAnswered>().await.0.text, COPY);
    assert_eq!(scene.kept_fingerprints().await, 5);
}

#[tokio::test]
async fn a_fraction_of_what_passes_is_drawn_for_a_call_back() {
    let mut scene = Scene::new().await;
    import(&mut scene, RulingPolicy { callback_per_mille: 1_000, ..RulingPolicy::default() }).await;
    let (case_id, referral) = issued(&mut scene).await;
    let action = answer(&scene, &referral, "لوله تعویض شد");
    for _ in 0..2 {
        assert_eq!(word(&scene.act("fa-water", &action).await), "recorded");
    }
    let (drawn, _) = scene.heard::<CallbackDrawn>().await;
    assert_eq!((drawn.case_id, drawn.action_id), (case_id, action.action_id));
    assert_eq!(scene.names_until_marker().await, [""; 0]);
}
