use std::io::Cursor;

use contracts::intake::{Channel, GuidanceRung, Kind, Outcome};

use super::*;

const CSV: &str = "\u{feff}شماره,تاریخ,نام,کد ملی,تلفن,شهرستان,نوع,موضوع,متن,فایل,راهنمایی
1,1404/10/20,زهرا احمدی,13542419,09121234567,shiraz,شکایت,water,\"آب قطع است،
سه روز\",0001.tif,

2,1404-10-21,,۰۴۹۹۳۷۰۸۹۹,,shiraz,,loans,وام می‌خواهد,,خارج از توان
,1404/10/20,,,,,,,بی‌شماره,,
4,دیروز,,,,,,,x,,
5,1404/10/20,,,,shiraz,شعر,water,x,,
6,1404/10/20,,0013542419,,shiraz,,water,x,0006.tif,
";

fn trip() -> Campaign {
    Campaign { campaign: "trip-fars-1404".into(), province: "fars".into(), ..Default::default() }
}

fn read_csv(text: &str) -> (Vec<Letter>, Vec<Refused>) {
    let scans = BTreeSet::from(["0001.tif".to_owned()]);
    read(crate::Kind::Csv, Cursor::new(text), 99, &trip(), Some(&scans)).unwrap()
}

#[test]
fn rows_are_taken_and_the_others_named_by_their_lines() {
    let (letters, refused) = read_csv(CSV);
    let wrong: Vec<_> = refused.iter().map(|r| (r.line, r.number.as_str(), r.field.as_str())).collect();
    assert_eq!(wrong, [(6, "", "number"), (7, "4", "date"), (8, "5", "kind"), (9, "6", "scan")]);
    assert_eq!(refused[1].reason_fa, "تاریخ را مانند ۱۴۰۴/۱۰/۲۰ بنویسید.");
    let [first, second] = letters.as_slice() else { panic!("{} letters", letters.len()) };
    assert_eq!((first.line, first.number.as_str()), (2, "1"));
    let request = &first.request;
    assert_eq!(request.request_key, "letter:trip-fars-1404:1");
    assert_eq!(
        (request.channel(), request.kind(), request.outcome()),
        (Channel::Letter, Kind::Complaint, Outcome::Register)
    );
    assert_eq!(request.citizen.as_ref().unwrap().national_id, "0013542419", "the zeros are back");
    assert_eq!((request.scan_file.as_str(), request.source_reference.as_str()), ("0001.tif", "1"));
    // 20 Dey 1404 begins in Tehran.
    assert_eq!(request.occurred_at, Some(contracts::timestamp("2026-01-09T20:30:00Z".parse().unwrap())));
    assert_eq!(second.request.guidance_rung(), GuidanceRung::BeyondCapacity);
    assert_eq!((second.request.outcome(), second.request.kind()), (Outcome::Guidance, Kind::Request));
}

#[test]
fn the_same_file_gives_the_same_requests() {
    let requests = |text| read_csv(text).0.into_iter().map(|letter| letter.request).collect::<Vec<_>>();
    assert_eq!(requests(CSV), requests(CSV));
}

#[test]
fn a_workbook_reads_as_the_same_table_does() {
    let workbook = include_bytes!("../../data/letters.xlsx");
    let (letters, refused) = read(crate::Kind::Xlsx, Cursor::new(workbook), 99, &trip(), None).unwrap();
    assert_eq!(refused.len(), 1);
    assert_eq!((refused[0].line, refused[0].field.as_str()), (4, "date"));
    let ids: Vec<_> =
        letters.iter().map(|l| l.request.citizen.as_ref().unwrap().national_id.as_str()).collect();
    assert_eq!(ids, ["0013542419", "0499370899"]);
    // One day is written as a date of the spreadsheet, one in the Jalali calendar.
    let days: Vec<_> = letters.iter().map(|letter| letter.request.occurred_at).collect();
    let tenth = Some(contracts::timestamp("2026-01-09T20:30:00Z".parse().unwrap()));
    assert_eq!(days, [tenth, tenth]);
}
