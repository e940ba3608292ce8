//! An agency asks for more time and for documents, and hears what people decide.

use contracts::agency::ActionKind;
use contracts::{json, routing};
use sdk::{Answer, Desk, News, Outcome, Referral, ReferralId, documents, more_time};

use crate::world::{AGENCY, Clerk, Seen, World, until};

#[tokio::test]
async fn more_time_and_documents_are_asked_for_and_the_rulings_heard() {
    let world = World::new().await;
    world.record().await;
    let seen = Seen::default();
    let does = |_, referral: Referral, _: Desk| async move {
        Ok::<Outcome, _>(match referral.statement.as_str() {
            "زمان" => more_time(10, "قطعه در راه است").into(),
            _ => documents("تصویر سند").into(),
        })
    };
    let _adapter = world.adapter(Clerk { does, seen: seen.clone() });
    let (slow, lacking) = (world.issue("زمان").await, world.issue("مدارک").await);
    until("both are asked", async || {
        world.actions(slow, ActionKind::ExtensionAsked).len() == 1
            && world.actions(lacking, ActionKind::DocumentsAsked).len() == 1
    })
    .await;
    let asked = world.actions(slow, ActionKind::ExtensionAsked).remove(0);
    assert_eq!((asked.extension_days, asked.text.as_str()), (10, "قطعه در راه است"));
    assert_eq!(world.actions(lacking, ActionKind::DocumentsAsked)[0].text, "تصویر سند");

    let (province, agency) = ("fars".to_owned(), AGENCY.to_owned());
    let ruled = routing::ExtensionRuled {
        referral_id: slow.to_string(),
        province: province.clone(),
        agency: agency.clone(),
        granted: true,
        days: 7,
        ..Default::default()
    };
    let came = routing::DocumentsReceived {
        referral_id: lacking.to_string(),
        province: province.clone(),
        agency: agency.clone(),
        note: "پوشهٔ ۱۲".into(),
        ..Default::default()
    };
    let added = amended(lacking);
    let gone =
        routing::ReferralWithdrawn { referral_id: slow.to_string(), province, agency, ..Default::default() };
    world.state(&ruled, json::PROTOBUF).await;
    world.state(&came, json::JSON).await;
    world.state(&added, json::JSON).await;
    world.state(&gone, json::PROTOBUF).await;
    until("the news are heard", async || seen.news.lock().unwrap().len() == 4).await;
    let heard = seen.news.lock().unwrap().clone();
    assert!(
        heard.contains(&News::Extension { referral_id: slow, days: 7, reason: String::new() }),
        "{heard:?}"
    );
    assert!(heard.contains(&News::Documents { referral_id: lacking, note: "پوشهٔ ۱۲".into() }), "{heard:?}");
    assert!(heard.contains(&News::Amended { referral_id: lacking, statement: added.statement }), "{heard:?}");
    assert!(heard.contains(&News::Withdrawn { referral_id: slow, reason: String::new() }), "{heard:?}");
    world.until_acknowledged().await;
}

/// The citizen says more of what the agency has.
fn amended(referral: ReferralId) -> routing::ReferralAmended {
    routing::ReferralAmended {
        referral_id: referral.to_string(),
        province: "fars".into(),
        agency: AGENCY.into(),
        statement: "آب کوچهٔ بالا هم قطع شد".into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn an_answer_that_was_given_back_is_answered_in_other_words() {
    let world = World::new().await;
    world.record().await;
    let desk = Desk::open(&world.connection).await.unwrap();
    let id = world.issue("آب قطع است").await;
    desk.answer(id, Answer::done("انجام شد")).await.unwrap();
    desk.answer(id, Answer::done("انجام شد")).await.unwrap();
    desk.answer(id, Answer::done("لوله کوچه لاله تعویض شد")).await.unwrap();
    // What was said twice is one action, other words are another.
    let mut ids: Vec<_> = world.told().into_iter().map(|told| told.action.action_id).collect();
    assert_eq!(ids.len(), 3);
    ids.dedup();
    assert_eq!(ids.len(), 2);
}
