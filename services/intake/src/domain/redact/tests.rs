use proptest::prelude::*;

use super::*;

/// Words without digits and marks.
fn around() -> impl Strategy<Value = String> {
    "[ابپتثجچحخدذرزسشصضطظعغفقکگلمنوهی]{1,8}( [ابپتثجچحخدذرزسشصضطظعغفقکگلمنوهی]{1,8}){0,6}"
}

/// A number in Persian or Latin digits.
fn written(digits: &str, persian: bool) -> String {
    if persian { jalali::digits::persian(digits) } else { digits.to_owned() }
}

#[test]
fn who_it_is_goes_and_the_matter_stays() {
    let said = "مدیر اداره، آقای رضایی، از من زهرا احمدي (کد ملی ۰۰۱۳۵۴۲۴۱۹، تلفن 0912 123-4567، zahra@example.ir) ۱۲۰۰۰۰۰۰ تومان خواست.";
    assert_eq!(
        redact(said, &["زهرا احمدی"]),
        format!(
            "مدیر اداره، آقای رضایی، از من {REDACTED} {REDACTED} (کد ملی {REDACTED}، تلفن {REDACTED}، {REDACTED}) ۱۲۰۰۰۰۰۰ تومان خواست."
        )
    );
}

#[test]
fn numbers_in_groups_and_with_their_country_go_whole() {
    for number in
        ["+98 912 123 4567", "0098-912-1234567", "(071) 32345678", "6037-9911-1234-5678", "001-354241-9"]
    {
        let clean = redact(&format!("شماره {number} است"), &[]);
        assert!(
            !clean.contains(|letter: char| letter.is_ascii_digit() || letter == '+'),
            "{number}: {clean}"
        );
    }
    for harmless in ["پلاک 12 واحد 3", "سال ۱۴۰۴", "۲۵۰۰۰۰۰ ریال", "مادهٔ 10 قانون", "3 روز @ اداره"]
    {
        assert_eq!(redact(harmless, &["آب"]), harmless);
    }
}

proptest! {
    #[test]
    fn no_telephone_number_survives(before in around(), after in around(), line in 0_u32..1_000_000_000, persian: bool, gap in "[ -]?") {
        let number = format!("0{}", 9_000_000_000_u64 + u64::from(line));
        let grouped = format!("{}{gap}{}{gap}{}", &number[..4], &number[4..7], &number[7..]);
        let text = format!("{before} {} {after}", written(&grouped, persian));
        let clean = redact(&text, &[]);
        prop_assert_eq!(clean, format!("{} {} {}", before, REDACTED, after));
    }

    #[test]
    fn no_national_id_survives(before in around(), after in around(), nine in 1_u32..999_999_999, persian: bool) {
        let valid = (0..10).map(|check| format!("{nine:09}{check}")).find(|id| NationalId::read(id).is_ok());
        if let Some(id) = valid {
            let text = format!("{before} {} {after}", written(&id, persian));
            prop_assert_eq!(redact(&text, &[]), format!("{} {} {}", before, REDACTED, after));
        }
    }

    #[test]
    fn no_address_and_no_name_survives(before in around(), user in "[a-z]{1,9}", host in "[a-z]{1,9}", name in "[ابپتثجچحخدذرزسشصضطظعغفقکگلمنوهی]{5,9}") {
        let text = format!("{before} {user}@{host}.ir و {name}‌ها");
        let clean = redact(&text, &[&name]);
        prop_assert!(!clean.contains('@'));
        let left = words_of(&clean);
        prop_assert!(words_of(&name).iter().all(|word| !left.contains(word)), "{}", clean);
    }

    #[test]
    fn what_names_nobody_stays_and_twice_is_once(text in "\\PC{0,120}", name in "[ابپتثجچحخدذرزسشصضطظعغفقکگلمنوهی]{5,9}") {
        let clean = redact(&text, &[&name]);
        prop_assert_eq!(&redact(&clean, &[&name]), &clean);
        let harmless: String = text.chars().filter(|letter| !letter.is_numeric() && *letter != '@').collect();
        prop_assert_eq!(redact(&harmless, &[]), harmless);
    }
}
