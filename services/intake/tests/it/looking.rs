//! Looking cases up: by code, in pages, by citizen.

use std::time::Duration;

use contracts::intake::{
    CaseState, FindCasesByCitizenRequest, GetCaseRequest, ListCasesRequest, get_case_request::Key,
};
use secrecy::ExposeSecret;
use tonic::Code;

use crate::world::{CITIZEN, OTHER_CITIZEN, PATIENCE, World, request};

#[tokio::test]
async fn a_case_is_found_by_its_code_as_people_type_it() {
    let mut world = World::new().await;
    let registered = world.register(request("call-0020")).await;
    let persian: String = registered
        .tracking_code
        .chars()
        .filter_map(|c| char::from_u32(u32::from(c) - u32::from('0') + u32::from('۰')))
        .collect();
    let ask = |code: String| GetCaseRequest { key: Some(Key::TrackingCode(code)) };
    let found = world
        .client
        .get_case(ask(format!("{}-{}", &persian[..8], &persian[8..])))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(found.case.unwrap().case_id, registered.case_id);

    let mut typed = registered.tracking_code.clone().into_bytes();
    typed[9] = if typed[9] == b'9' { b'0' } else { typed[9] + 1 };
    let status = world.client.get_case(ask(String::from_utf8(typed).unwrap())).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().contains("a digit of the tracking code is wrong"), "{}", status.message());
    let status =
        world.client.get_case(GetCaseRequest { key: Some(Key::CaseId("x".into())) }).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let nobody = "0192f0c1-7b3a-7c4d-8e5f-102030405060".to_owned();
    let status = world.client.get_case(GetCaseRequest { key: Some(Key::CaseId(nobody)) }).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
}

#[tokio::test]
async fn pages_show_every_case_once_newest_first() {
    let mut world = World::new().await;
    let mut made = Vec::new();
    for number in 0..7 {
        let mut contact = request(&format!("page-{number:04}"));
        contact.province = if number % 2 == 0 { "fars".into() } else { "yazd".into() };
        made.insert(0, world.register(contact).await.case_id);
    }
    let mut seen = Vec::new();
    let mut page_token = String::new();
    loop {
        let ask = ListCasesRequest { page_size: 3, page_token, ..Default::default() };
        let page = world.client.list_cases(ask).await.unwrap().into_inner();
        assert!(page.cases.len() <= 3);
        seen.extend(page.cases.into_iter().map(|case| case.case_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, made);

    let ask = |province: &str, state: CaseState| ListCasesRequest {
        province: province.into(),
        state: state.into(),
        ..Default::default()
    };
    let mut count = async |ask| world.client.list_cases(ask).await.unwrap().into_inner().cases.len();
    assert_eq!(count(ask("yazd", CaseState::Unspecified)).await, 3);
    assert_eq!(count(ask("yazd", CaseState::Registered)).await, 3);
    assert_eq!(count(ask("", CaseState::Registered)).await, 7);
    assert_eq!(count(ask("", CaseState::Answered)).await, 0);
    assert_eq!(count(ask("yazd", CaseState::Answered)).await, 0);
    let status = world
        .client
        .list_cases(ListCasesRequest { page_token: "page two".into(), ..Default::default() })
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_citizen_finds_their_own_cases_only() {
    let mut world = World::new().await;
    let mut mine = Vec::new();
    for number in 0..3 {
        mine.insert(0, world.register(request(&format!("mine-{number:04}"))).await.case_id);
        let mut other = request(&format!("other-{number:04}"));
        other.citizen.as_mut().unwrap().national_id = OTHER_CITIZEN.to_owned();
        world.register(other).await;
    }
    let ask = |id: &str, page_token: String| FindCasesByCitizenRequest {
        national_id: id.into(),
        page_size: 2,
        page_token,
    };
    let first = world.client.find_cases_by_citizen(ask(CITIZEN, String::new())).await.unwrap().into_inner();
    let second =
        world.client.find_cases_by_citizen(ask(CITIZEN, first.next_page_token)).await.unwrap().into_inner();
    let found: Vec<String> = first.cases.into_iter().chain(second.cases).map(|case| case.case_id).collect();
    assert_eq!((found, second.next_page_token.as_str()), (mine, ""));
    let status = world.client.find_cases_by_citizen(ask("0013542418", String::new())).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
}

/// A case and its holders are read as they were at one moment: here both change while they are being read.
#[tokio::test]
async fn a_case_and_its_holders_never_disagree() {
    let mut world = World::new().await;
    let case_id = world.register(request("call-0021")).await.case_id;
    let db = sqlx::PgPool::connect(world.config.common.postgres_url.expose_secret()).await.unwrap();
    let case: uuid::Uuid = case_id.parse().unwrap();
    let referral = "INSERT INTO referral_seen (referral_id, case_id, agency, name_fa, round, state, answer)
         VALUES (gen_random_uuid(), $1, 'abfa', 'abfa', 1, 1, '')";
    sqlx::query(referral).bind(case).execute(&db).await.unwrap();

    // The reader comes as far as the referrals and waits there for the one who closes the case.
    let mut closing = db.begin().await.unwrap();
    sqlx::query("LOCK TABLE referral_seen").execute(&mut *closing).await.unwrap();
    let (mut client, key) = (world.client.clone(), Some(Key::CaseId(case_id)));
    let reading = tokio::spawn(async move { client.get_case(GetCaseRequest { key }).await });
    let waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'referral_seen'::regclass AND NOT granted";
    let arrived = async {
        while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&db).await.unwrap() == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, arrived).await.expect("nobody reads the referrals");
    for change in [
        "UPDATE referral_seen SET state = 4 WHERE case_id = $1",
        "UPDATE case_file SET state = 4, closed_at = now() WHERE case_id = $1",
    ] {
        sqlx::query(change).bind(case).execute(&mut *closing).await.unwrap();
    }
    closing.commit().await.unwrap();

    let case = reading.await.unwrap().unwrap().into_inner().case.unwrap();
    assert_eq!(case.state() == CaseState::Answered, case.holders.is_empty(), "{case:?}");
}
