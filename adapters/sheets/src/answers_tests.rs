use std::io::Cursor;

use contracts::intake::Kind as Brought;
use contracts::routing::ReferralIssued;
use proptest::prelude::*;

use super::*;
use crate::write;

const FIRST: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001";
const SECOND: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0002";

fn referral(id: &str, statement: &str) -> ReferralIssued {
    ReferralIssued {
        referral_id: id.to_owned(),
        kind: Brought::Complaint.into(),
        statement: statement.to_owned(),
        issued_at: Some(prost_types::Timestamp { seconds: 1_760_000_000, nanos: 0 }),
        ..Default::default()
    }
}

fn read_csv(text: &str) -> (Vec<Answer>, Vec<Refused>) {
    read(Kind::Csv, Cursor::new(text.as_bytes())).unwrap()
}

#[test]
fn a_sheet_is_read_back_and_says_nothing_until_it_is_filled_in() {
    let referrals = [referral(FIRST, "=1+1 آب قطع است"), referral(SECOND, "زباله\nمانده است")];
    for kind in [Kind::Csv, Kind::Xlsx] {
        let bytes = write(kind, &referrals, |_| ["آب".to_owned(), "شیراز".to_owned()]).unwrap();
        let table = Table::read(kind, Cursor::new(&bytes), ROWS_MAX).unwrap();
        let ids: Vec<_> = table.rows().map(|row| row.get(REFERRAL).to_owned()).collect();
        assert_eq!(ids, [FIRST, SECOND], "{kind:?}");
        let row = table.rows().next().unwrap();
        assert_eq!([row.get(["issued", ""]), row.get(["", "تاریخ ارجاع"])], ["", "۱۴۰۴/۰۷/۱۷"]);
        assert_eq!([row.get(["", "نوع"]), row.get(["", "شهرستان"])], ["شکایت", "شیراز"]);
        // What a citizen said never becomes a formula.
        let said = row.get(["", "شرح"]).to_owned();
        assert_eq!(said, if kind == Kind::Csv { "'=1+1 آب قطع است" } else { "=1+1 آب قطع است" });
        assert_eq!(read(kind, Cursor::new(bytes)).unwrap(), (Vec::new(), Vec::new()));
    }
}

#[test]
fn rows_are_taken_and_the_others_named_by_their_lines() {
    let (answers, refused) = read_csv(&format!(
        "\u{feff}شناسه ارجاع,نتیجه,پاسخ,مستند قانونی\n\
         {FIRST},انجام شد,لوله ترمیم شد,\n\
         {SECOND},,,\n\
         {SECOND},شاید,می‌بینیم,\n\
         ۱۲,انجام شد,لوله ترمیم شد,\n\
         {SECOND},Not_Possible,نمی‌شود,ماده ۱۰۰\n\
         {SECOND},,فراموش شد,\n"
    ));
    let wrong: Vec<_> = refused.iter().map(|row| (row.line, row.field.as_str())).collect();
    assert_eq!(wrong, [(4, "outcome"), (5, "referral_id"), (7, "outcome")]);
    assert!(refused[0].reason.contains("not_ours") && refused[0].reason_fa.contains("مربوط به ما نیست"));
    let [done, impossible] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!(
        (done.line, done.action.kind(), done.action.outcome()),
        (2, ActionKind::Answer, AnswerOutcome::Done)
    );
    assert_eq!(done.action.referral_id, FIRST);
    assert_eq!(impossible.action.legal_reason, "ماده ۱۰۰");
}

#[test]
fn a_table_of_something_else_is_refused_whole() {
    let refused = read(Kind::Csv, Cursor::new("نام,تلفن\n".as_bytes())).unwrap_err();
    assert!(refused.to_string().contains("شناسه ارجاع"), "{refused}");
}

proptest! {
    #[test]
    fn the_same_words_are_the_same_action_and_others_another(text in "\\PC{1,40}", other in "\\PC{1,40}") {
        let action = |text: &str| {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["referral_id", "outcome", "answer"]).unwrap();
            writer.write_record([FIRST, "done", text]).unwrap();
            let bytes = writer.into_inner().unwrap();
            read(Kind::Csv, Cursor::new(bytes)).unwrap().0.remove(0).action
        };
        let (one, another) = (action(&text), action(&other));
        prop_assert_eq!(&one, &action(&text));
        prop_assert_eq!(one.action_id == another.action_id, one.text == another.text);
    }
}
