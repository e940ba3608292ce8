//! An agency without any system: its person takes the referrals as a spreadsheet and hands the answers in.

use chassis::Role;
use contracts::routing::{Referral, ReferralState};
use serde_json::{Value, json};

use crate::a_referral_is_ruled::{referral, slow_line};
use crate::office::{Browser, field, offices, signed_in, token};
use crate::world::{World, leak};

const SHEET: &str = "/staff/sheets/file?format=csv";

/// A second case of the same agency's, of somebody else.
async fn another_line(world: &World) -> String {
    let mut request = leak();
    request["topic"] = json!("telecom.internet");
    request["text"] = json!("سرعت اینترنت بسیار کم است.");
    request["citizen"] = json!({"name": "همسایه", "phone": "09120000001"});
    let (status, registered) = world.register(Some("nothing-0002"), &request).await;
    assert_eq!(status, 201, "{registered}");
    registered["case_id"].as_str().unwrap().to_owned()
}

/// The sheet as it was downloaded, with these words in the three last columns of its rows.
fn filled_in(sheet: &str, words: [&str; 2]) -> String {
    let mut lines: Vec<String> = sheet.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 3, "{sheet}");
    for (line, words) in lines[1..].iter_mut().zip(words) {
        *line = format!("{}{words}", line.strip_suffix(",,").unwrap());
    }
    lines.join("\n")
}

/// What a program that hands a sheet in is answered.
async fn hand_in(world: &World, account: &str, sheet: &str) -> (u16, Value) {
    let url = world.url("/api/v1/agencies/ea-telecom/answers");
    let request = world.http.post(url).bearer_auth(token(world, account).await);
    let answer = request.header("content-type", "text/csv").body(sheet.to_owned()).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn stands(world: &World, case_id: &str) -> Referral {
    referral(world, case_id, 1).await
}

/// What a person sees who tries what is not theirs or makes no sense.
async fn mistakes_are_answered(telecom: &Browser<'_>, water: &Browser<'_>, sheet: &str) {
    let form = |page: &str| field(page, "form").to_owned();
    let mine = form(&telecom.page("/staff/sheets").await);
    let theirs = form(&water.page("/staff/sheets").await);
    assert_eq!(telecom.upload("/staff/sheets", &theirs, "a.csv", sheet).await.status(), 403);
    for (name, file) in [("answers.pdf", sheet), ("a.csv", "نام,تلفن\n"), ("a.xlsx", sheet)] {
        assert_eq!(telecom.upload("/staff/sheets", &mine, name, file).await.status(), 422, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_with_nothing_answers_by_a_spreadsheet() {
    let world = World::new().await;
    let ea = "east-azerbaijan";
    offices(
        &world,
        &[
            ("telecom", Role::Manager, ea, "ea-telecom"),
            ("water", Role::Manager, ea, "ea-water"),
            ("manager.ea", Role::Manager, ea, ""),
        ],
    );
    let first = slow_line(&world, "nothing-0001").await;
    stands(&world, &first).await;
    let second = another_line(&world).await;
    stands(&world, &second).await;

    let telecom = signed_in(&world, "telecom").await;
    assert!(telecom.page("/staff").await.contains("/staff/sheets"), "the way there");
    let sheet = telecom.page(SHEET).await;
    assert!(sheet.contains("مخابرات") || sheet.contains("اینترنت محله از هفتهٔ گذشته"), "{sheet}");
    let sheet = filled_in(&sheet, ["انجام شد,خط ترمیم شد و اینترنت وصل است.,", "شاید,بررسی می‌شود.,"]);
    let form = field(&telecom.page("/staff/sheets").await, "form").to_owned();
    let page = telecom.upload("/staff/sheets", &form, "referrals.csv", &sheet).await.text().await.unwrap();
    assert!(page.contains("۱ ردیف ثبت شد؛ ۱ ردیف ثبت نشد") && page.contains("ردیف ۳"), "{page}");
    assert!(page.contains("باید یکی از این‌ها باشد"), "{page}");
    assert_eq!(stands(&world, &first).await.state(), ReferralState::Answered);
    assert_eq!(stands(&world, &second).await.state(), ReferralState::Issued);

    let (status, taken) = hand_in(&world, "telecom", &sheet).await;
    assert_eq!((status, &taken["recorded"], &taken["refused"][0]["line"]), (200, &json!(1), &json!(3)));
    assert_eq!(stands(&world, &first).await.actions.len(), 1, "handed in twice, recorded once");
    let mended = sheet.replace("شاید", "not_possible");
    let (_, taken) = hand_in(&world, "telecom", &mended).await;
    assert_eq!((&taken["recorded"], &taken["refused"][0]["field"]), (&json!(1), &json!("legal_reason")));
    assert!(
        taken["refused"][0]["documentation"].as_str().unwrap().contains("docs/integrate/errors.md#"),
        "{taken}"
    );
    let mended = sheet.replace("شاید", "در دست اقدام");
    assert_eq!(hand_in(&world, "telecom", &mended).await.1, json!({"recorded": 2, "refused": []}));
    assert_eq!(telecom.page(SHEET).await.lines().count(), 2, "what has its answer waits no more");

    for account in ["water", "manager.ea"] {
        assert_eq!(hand_in(&world, account, &mended).await.0, 403, "{account}");
        assert_eq!(hand_in(&world, account, "no sheet").await.0, 403, "nothing is read for {account}");
    }
    let water = signed_in(&world, "water").await;
    assert!(!water.page(SHEET).await.contains("اینترنت"), "another agency's referrals");
    let manager = signed_in(&world, "manager.ea").await;
    assert!(!manager.page("/staff").await.contains("/staff/sheets"));
    assert!(manager.page(SHEET).await.contains("در اختیار شما نیست"));
    mistakes_are_answered(&telecom, &water, &mended).await;
    world.end().await;
}
