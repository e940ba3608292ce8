//! One notice a fact, in any order and any number, by however many replicas.

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt as _;

use contracts::deadline::DeadlineBreached;
use contracts::intake::{CaseClosed, CaseReopened, CaseWithdrawn, ReopenedTo};
use contracts::notification::{NoticeSent, NoticeState, Transport};
use contracts::routing::{DocumentsAsked, ExtensionRuled, ReferralIssued};

use crate::world::World;

fn referred(case_id: &str) -> ReferralIssued {
    ReferralIssued {
        case_id: case_id.to_owned(),
        referral_id: case_id.to_owned(),
        province: "fars".into(),
        agency: "fars_water".into(),
        agency_name_fa: "شرکت آب و فاضلاب فارس".into(),
        ..Default::default()
    }
}

fn closed(case_id: &str) -> CaseClosed {
    CaseClosed {
        case_id: case_id.to_owned(),
        province: "fars".into(),
        answer: "نشتی برطرف شد.".into(),
        ..Default::default()
    }
}

fn breached(case_id: &str) -> DeadlineBreached {
    DeadlineBreached {
        case_id: case_id.to_owned(),
        referral_id: case_id.to_owned(),
        province: "fars".into(),
        agency: "fars_water".into(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fact_is_told_once_though_the_registration_is_heard_last() {
    let world = World::new(1, 1.0, |_| {}).await;
    let case = world.registered("09121234567", "");
    let id = case.case_id.as_str();
    let early = [world.said(&referred(id)), world.said(&closed(id)), world.said(&breached(id))];
    world.publish(&early).await;
    let waiting = async {
        while world.list(id).await.len() < 3 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(crate::world::PATIENCE, waiting).await.unwrap();
    assert!(world.list(id).await.iter().all(|notice| notice.state() == NoticeState::Pending));
    assert!(world.lines().is_empty());

    let registered = world.said(&case);
    world.publish(std::slice::from_ref(&registered)).await;
    let sent = world.until::<NoticeSent>(4).await;
    // The broker forgets ids after a while: the same facts come again.
    for mut again in early.into_iter().chain([registered]) {
        again.subject.push_str("_again");
        world.publish(&[again]).await;
    }
    world.until_quiet().await;
    assert_eq!(world.told::<NoticeSent>().await.len(), 4);
    assert!(sent.iter().all(|s| s.transport() == Transport::File && s.attempts == 1 && s.case_id == id));
    let text: String = world.lines().iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect();
    for told in
        ["کد رهگیری: ۱۲۳۴۵۶۷۸۹۰", "۲۴ مهر ۱۴۰۴", "«شرکت آب و فاضلاب فارس»", "نشتی برطرف شد.", "عدم اقدام"]
    {
        assert_eq!(text.matches(told).count(), 1, "{told}: {text}");
    }
    assert_eq!(world.lines()[0]["to"], "09*******67");
    let mode = std::fs::metadata(world.outbox_file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let listed = world.list(id).await;
    assert!(listed.iter().all(|notice| notice.state() == NoticeState::Sent && notice.settled_at.is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reopening_and_a_withdrawal_are_told_once_each() {
    let world = World::new(1, 1.0, |_| {}).await;
    let case = world.registered("09121234567", "");
    let (case_id, province) = (case.case_id.clone(), "fars".to_owned());
    let to = ReopenedTo::Arbiter.into();
    let reopened =
        CaseReopened { case_id: case_id.clone(), province: province.clone(), to, ..Default::default() };
    let withdrawn = CaseWithdrawn { case_id: case_id.clone(), province, ..Default::default() };
    let facts = [world.said(&case), world.said(&reopened), world.said(&withdrawn)];
    world.publish(&facts).await;
    world.until::<NoticeSent>(3).await;
    world.until_quiet().await;
    let templates: HashSet<String> = world.list(&case_id).await.into_iter().map(|n| n.template).collect();
    assert_eq!(templates, HashSet::from(["registered", "reopened", "withdrawn"].map(str::to_owned)));
    let text: String = world.lines().iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect();
    assert!(text.contains("داور استان") && text.contains("پس گرفته شد"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_no_address_is_told_nothing() {
    let world = World::new(1, 1.0, |_| {}).await;
    let (nowhere, mut nobody) = (world.registered("", " "), world.registered("", ""));
    nobody.sealed_contact_point.clear();
    for case in [&nowhere, &nobody] {
        // Before and after the registration.
        world.publish(&[world.said(&referred(&case.case_id))]).await;
        world.publish(&[world.said(case), world.said(&closed(&case.case_id))]).await;
    }
    let case = world.registered("09121234567", "");
    world.publish(&[world.said(&case)]).await;
    world.until::<NoticeSent>(1).await;
    world.until_quiet().await;
    let released = async {
        while !(world.list(&nowhere.case_id).await.is_empty() && world.list(&nobody.case_id).await.is_empty())
        {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(crate::world::PATIENCE, released).await.expect("a notice to nobody");
    assert_eq!(world.lines().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_missed_date_of_a_meetings_order_is_told_to_no_citizen() {
    let world = World::new(1, 1.0, |_| {}).await;
    let case = world.registered("09121234567", "");
    let ordered = DeadlineBreached { programme: "commitment".into(), ..breached(&case.case_id) };
    world.publish(&[world.said(&case), world.said(&ordered), world.said(&breached(&case.case_id))]).await;
    world.until::<NoticeSent>(2).await;
    world.until_quiet().await;
    assert_eq!(world.told::<NoticeSent>().await.len(), 2, "registered, and the breach of the case alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_replicas_send_each_notice_once() {
    let world = World::new(3, 1.0, |_| {}).await;
    let cases: Vec<_> = (0..700).map(|_| world.registered("09121234567", "")).collect();
    for case in &cases {
        // Half of the registrations race with their referrals.
        world.publish(&[world.said(&referred(&case.case_id)), world.said(case)]).await;
    }
    let sent = world.until::<NoticeSent>(2 * cases.len()).await;
    world.until_quiet().await;
    let ids: HashSet<_> = sent.iter().map(|sent| sent.notice_id.clone()).collect();
    let lines: HashSet<_> =
        world.lines().iter().map(|line| line["notice_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!((ids.len(), world.lines().len()), (2 * cases.len(), 2 * cases.len()));
    assert_eq!(ids, lines);
    assert_eq!(world.told::<NoticeSent>().await.len(), 2 * cases.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn more_time_is_told_when_it_was_granted_and_documents_when_they_are_asked() {
    let world = World::new(1, 1.0, |_| {}).await;
    let case = world.registered("09121234567", "");
    let ruled = |granted, days| ExtensionRuled {
        case_id: case.case_id.clone(),
        referral_id: case.case_id.clone(),
        province: "fars".into(),
        agency: "fars_water".into(),
        agency_name_fa: "شرکت آب و فاضلاب فارس".into(),
        reason: "تأمین قطعه زمان می‌برد".into(),
        granted,
        days,
        ..Default::default()
    };
    let asked = DocumentsAsked {
        case_id: case.case_id.clone(),
        referral_id: case.case_id.clone(),
        province: "fars".into(),
        agency: "fars_water".into(),
        agency_name_fa: "شرکت آب و فاضلاب فارس".into(),
        documents: "تصویر سند مالکیت".into(),
        ..Default::default()
    };
    let granted = world.said(&ruled(true, 7));
    world
        .publish(&[world.said(&case), world.said(&ruled(false, 0)), granted.clone(), world.said(&asked)])
        .await;
    // An arbiter's clock is no agency's.
    let nobodys = DeadlineBreached { agency: String::new(), ..breached(&case.case_id) };
    world.publish(&[granted, world.said(&nobodys)]).await;
    let sent = world.until::<NoticeSent>(3).await;
    world.until_quiet().await;
    assert_eq!(world.told::<NoticeSent>().await.len(), 3, "a refusal is not told");
    let mut templates: Vec<_> = sent.iter().map(|sent| sent.template.as_str()).collect();
    templates.sort_unstable();
    assert_eq!(templates, ["documents_asked", "extended", "registered"]);
    let text: String = world.lines().iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect();
    assert!(text.contains("۷ روز") && text.contains("تصویر سند مالکیت"), "{text}");
}
