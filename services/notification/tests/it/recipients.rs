//! Reports reach provincial management and the national monitor (rule 10): each of them once, with what is enclosed.

use contracts::audit::ReportIssued;
use contracts::deadline::{DeadlineEscalated, EscalationLevel, ReminderDue};
use contracts::notification::{
    ImportRecipientsRequest, ListRecipientsRequest, NoticeSent, NoticeState, Recipient, Transport,
};
use contracts::routing::AgencyRegistered;
use notification::Smtp;
use stage::patiently;
use tonic::Code;

use crate::mail_sink::MailSink;
use crate::world::{World, start};

pub fn recipient(code: &str, province: &str) -> Recipient {
    Recipient {
        recipient: code.into(),
        province: province.into(),
        name_fa: "استاندار".into(),
        email: format!("{code}@example.ir"),
        phone: "09120000000".into(),
        withdrawn: false,
        agency: String::new(),
    }
}

fn staff() -> Vec<Recipient> {
    vec![
        recipient("fars-governor", "fars"),
        recipient("fars-centre", "fars"),
        recipient("tehran-governor", "tehran"),
        recipient("monitor", ""),
    ]
}

fn issued(province: &str, province_fa: &str) -> ReportIssued {
    ReportIssued {
        period: "1404-07".into(),
        period_fa: "مهر ۱۴۰۴".into(),
        province: province.into(),
        province_fa: province_fa.into(),
        ledger_size: 14,
        xlsx: b"PK workbook".to_vec(),
        pdf: b"%PDF-1.7 report".to_vec(),
        ..Default::default()
    }
}

pub async fn import(world: &World, recipients: Vec<Recipient>) -> (u32, u32) {
    let answer = world.api.clone().import_recipients(ImportRecipientsRequest { recipients }).await;
    let answer = answer.unwrap().into_inner();
    (answer.adopted, answer.unchanged)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_reaches_those_of_its_province_once_each_with_what_is_enclosed() {
    let world = World::new(3, 1.0, |_| {}).await;
    assert_eq!(import(&world, staff()).await, (4, 0));
    let facts =
        [world.said(&issued("fars", "فارس")), world.said(&issued("", "")), world.said(&issued("qom", "قم"))];
    world.publish(&facts).await;
    world.until::<NoticeSent>(3).await;
    // The broker forgets ids after a while: the same facts come again.
    for mut again in facts {
        again.subject.push_str("_again");
        world.publish(&[again]).await;
    }
    world.until_quiet().await;
    let sent = world.told::<NoticeSent>().await;
    let mut told: Vec<_> =
        sent.iter().map(|sent| (sent.recipient.as_str(), sent.province.as_str())).collect();
    told.sort_unstable();
    assert_eq!(told, [("fars-centre", "fars"), ("fars-governor", "fars"), ("monitor", "")]);
    assert!(sent.iter().all(|sent| sent.case_id.is_empty() && sent.transport() == Transport::File));
    let lines = world.lines();
    assert_eq!(lines.len(), 3);
    let text: String = lines.iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!((text.matches("استان فارس").count(), text.matches("سراسر کشور").count()), (2, 1));
    for (name, bytes) in
        [("samad-1404-07-fars.pdf", "%PDF-1.7 report"), ("samad-1404-07.xlsx", "PK workbook")]
    {
        let file = world.outbox_file().with_file_name("enclosed").join(name);
        assert_eq!(std::fs::read_to_string(file).unwrap(), bytes);
    }
    let listed = world.list_of("fars-governor").await;
    assert_eq!((listed.len(), listed[0].state()), (1, NoticeState::Sent));
    let kept = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM document");
    assert_eq!(kept.fetch_one(&world.db).await.unwrap(), 0, "settled: nothing is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_goes_by_mail_where_there_is_a_mail_server_and_never_by_sms() {
    let (sink, address) = MailSink::start().await;
    let world = World::new(1, 1.0, |config| {
        config.smtp = Some(Smtp {
            url: format!("smtp://{address}").into(),
            from: "Samad 111 <no-reply@example.ir>".into(),
            subject: "سامد".into(),
            timeout_ms: 5_000,
        });
    })
    .await;
    import(&world, staff()).await;
    world.publish(&[world.said(&issued("tehran", "تهران"))]).await;
    let sent = world.until::<NoticeSent>(1).await.remove(0);
    assert_eq!((sent.transport(), sent.recipient.as_str()), (Transport::Email, "tehran-governor"));
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    for part in [
        "To: tehran-governor@example.ir",
        "multipart/mixed",
        "application/pdf",
        "filename=\"samad-1404-07-tehran.pdf\"",
        "filename=\"samad-1404-07-tehran.xlsx\"",
    ] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recipients_are_imported_whole_and_withdrawn_ones_are_told_nothing() {
    let world = World::new(1, 1.0, |_| {}).await;
    let mut bad = staff();
    bad[1].email = "nowhere".into();
    bad[2].recipient = "Monitor".into();
    let refused = world.api.clone().import_recipients(ImportRecipientsRequest { recipients: bad }).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().contains("recipients[1].email") && refused.message().contains("recipients[2]"));
    assert_eq!(import(&world, staff()).await, (4, 0));
    assert_eq!(import(&world, staff()).await, (0, 4), "the same again changes nothing");
    let gone = Recipient { withdrawn: true, ..recipient("fars-centre", "fars") };
    assert_eq!(import(&world, vec![gone]).await, (1, 0));
    world.publish(&[world.said(&issued("fars", "فارس"))]).await;
    world.until::<NoticeSent>(1).await;
    world.until_quiet().await;
    let sent = world.told::<NoticeSent>().await;
    assert_eq!(sent.iter().map(|sent| sent.recipient.as_str()).collect::<Vec<_>>(), ["fars-governor"]);
    let listed = world.api.clone().list_recipients(ListRecipientsRequest {}).await.unwrap().into_inner();
    assert_eq!(listed.recipients.len(), 4);
    assert!(listed.recipients.iter().all(|one| !one.email.contains("governor@")), "addresses are masked");
    let sealed =
        sqlx::query_scalar::<_, Vec<u8>>("SELECT sealed FROM recipient").fetch_all(&world.db).await.unwrap();
    assert!(sealed.iter().all(|sealed| !String::from_utf8_lossy(sealed).contains("example.ir")));
}

fn escalated(referral: u32, agency: &str, to: EscalationLevel) -> DeadlineEscalated {
    DeadlineEscalated {
        referral_id: uuid::Uuid::from_u128(u128::from(referral)).to_string(),
        province: "fars".into(),
        agency: agency.into(),
        to: to.into(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn escalations_are_told_once_a_day_and_not_one_by_one() {
    let world = World::new(2, 1.0, |_| {}).await;
    import(&world, staff()).await;
    let named =
        AgencyRegistered { agency: "fa-water".into(), name_fa: "آب فارس".into(), ..Default::default() };
    let (province, national) = (EscalationLevel::Province, EscalationLevel::National);
    let mut facts =
        vec![world.said(&named), world.said(&escalated(9, "fa-power", EscalationLevel::AgencyHead))];
    facts.extend((0..3).map(|n| world.said(&escalated(n, "fa-water", province))));
    facts.push(world.said(&escalated(3, "fa-power", province)));
    facts.push(world.said(&escalated(4, "fa-water", national)));
    world.publish(&facts).await;
    for mut again in facts {
        again.subject.push_str("_again");
        world.publish(&[again]).await;
    }
    patiently("all is heard", async || world.has_heard_all().await.then_some(())).await;
    assert!(world.lines().is_empty(), "the day is not over");
    let waiting =
        sqlx::query_scalar::<_, String>("SELECT recipient FROM notice WHERE next_at = $1 ORDER BY recipient");
    let morning = "2025-10-02T07:00:00+03:30".parse::<jiff::Timestamp>().unwrap();
    let waiting = waiting.bind(jiff_sqlx::ToSqlx::to_sqlx(morning)).fetch_all(&world.db).await.unwrap();
    assert_eq!(waiting, ["fars-centre", "fars-governor", "monitor"]);

    // The morning comes.
    sqlx::query("UPDATE sending SET next_at = 'epoch'").execute(&world.db).await.unwrap();
    world.until::<NoticeSent>(3).await;
    let lines = world.lines();
    let text = |line: &serde_json::Value| line["text"].as_str().unwrap().to_owned();
    let text: String = lines.iter().map(text).collect();
    assert_eq!(text.matches("مهلت ۴ ارجاع").count(), 2, "{text}");
    assert_eq!(text.matches("آب فارس: ۳\nfa-power: ۱\n").count(), 2, "{text}");
    assert_eq!(text.matches("مهلت ۱ ارجاع").count(), 1, "{text}");
    assert_eq!(lines.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_is_reminded_once_a_day_of_all_its_referrals() {
    let world = World::new(2, 1.0, |_| {}).await;
    let agency = |code: &str| Recipient { agency: code.into(), ..recipient(&format!("{code}-head"), "fars") };
    let mut all = staff();
    all.extend([agency("fa-water"), agency("fa-power")]);
    import(&world, all).await;
    let due = |referral: u128, days_before, agency: &str| ReminderDue {
        referral_id: uuid::Uuid::from_u128(referral).to_string(),
        province: "fars".into(),
        agency: agency.into(),
        days_before,
        ..Default::default()
    };
    let mut facts = vec![world.said(&due(1, 5, "fa-water")), world.said(&due(2, 1, "fa-water"))];
    facts.extend([world.said(&due(3, 5, "fa-water")), world.said(&due(4, 1, "fa-gas"))]);
    facts.push(world.said(&due(5, 1, "")));
    // What goes to the agency's head is the agency's; the same referral on the same day and in the same way is one.
    let to_head = |referral| DeadlineEscalated {
        offset_days: -1,
        ..escalated(referral, "fa-water", EscalationLevel::AgencyHead)
    };
    facts.extend([world.said(&to_head(2)), world.said(&to_head(6))]);
    world.publish(&facts).await;
    for mut again in facts {
        again.subject.push_str("_again");
        world.publish(&[again]).await;
    }
    patiently("all is heard", async || world.has_heard_all().await.then_some(())).await;
    sqlx::query("UPDATE sending SET next_at = 'epoch'").execute(&world.db).await.unwrap();
    world.until::<NoticeSent>(1).await;
    world.until_quiet().await;
    let sent = world.told::<NoticeSent>().await;
    assert_eq!(sent.iter().map(|sent| sent.recipient.as_str()).collect::<Vec<_>>(), ["fa-water-head"]);
    let lines = world.lines();
    let text = lines[0]["text"].as_str().unwrap();
    assert!(text.contains("مهلت ۴ ارجاع") && text.contains("\n۱ روز مانده: ۲\n۵ روز مانده: ۲\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_tomorrow_is_told_after_the_hour_and_not_with_the_mornings() {
    let world = World::new(2, 1.0, |_| {}).await;
    import(&world, vec![Recipient { agency: "fa-water".into(), ..recipient("fa-water-head", "fars") }]).await;
    let due = |referral: u128, days_before: u32| ReminderDue {
        referral_id: uuid::Uuid::from_u128(referral).to_string(),
        province: "fars".into(),
        agency: "fa-water".into(),
        days_before,
        due_at: Some(contracts::timestamp(
            start() + jiff::SignedDuration::from_hours(24 * i64::from(days_before)),
        )),
        ..Default::default()
    };
    let facts = [world.said(&due(1, 1)), world.said(&due(2, 1)), world.said(&due(3, 5))];
    world.publish(&facts).await;
    for mut again in facts {
        again.subject.push_str("_again");
        world.publish(&[again]).await;
    }
    patiently("all is heard", async || world.has_heard_all().await.then_some(())).await;
    let waiting =
        sqlx::query_scalar::<_, jiff_sqlx::Timestamp>("SELECT next_at FROM notice ORDER BY next_at");
    let waiting = waiting.fetch_all(&world.db).await.unwrap();
    let waiting: Vec<jiff::Timestamp> = waiting.into_iter().map(jiff_sqlx::Timestamp::to_jiff).collect();
    assert_eq!(waiting.len(), 2, "one for both that end tomorrow, one for the other");
    assert!(waiting[0].duration_since(start()) < jiff::SignedDuration::from_hours(2), "{waiting:?}");
    sqlx::query("UPDATE sending SET next_at = 'epoch'").execute(&world.db).await.unwrap();
    world.until::<NoticeSent>(2).await;
    let texts: String = world.lines().iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect();
    assert!(texts.contains("\n۱ روز مانده: ۲\n") && texts.contains("\n۵ روز مانده: ۱\n"), "{texts}");
}
