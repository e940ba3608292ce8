//! The texts of notices, rendered when they are sent.

use contracts::intake::ContactPoint;
use jalali::{Tehran, digits};
use jiff::Timestamp;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, context};

use super::digest;
use super::meeting::Meeting;
use super::notice::{Details, Template};

/// Steps that one text may take: a template that would not end fails instead.
const FUEL: u64 = 10_000;

/// The templates, by name and language.
const SOURCES: [(&str, &str); 26] = [
    ("registered.fa", include_str!("../../templates/registered.fa.txt")),
    ("registered.en", include_str!("../../templates/registered.en.txt")),
    ("referred.fa", include_str!("../../templates/referred.fa.txt")),
    ("referred.en", include_str!("../../templates/referred.en.txt")),
    ("closed.fa", include_str!("../../templates/closed.fa.txt")),
    ("closed.en", include_str!("../../templates/closed.en.txt")),
    ("breached.fa", include_str!("../../templates/breached.fa.txt")),
    ("breached.en", include_str!("../../templates/breached.en.txt")),
    ("withdrawn.fa", include_str!("../../templates/withdrawn.fa.txt")),
    ("withdrawn.en", include_str!("../../templates/withdrawn.en.txt")),
    ("reopened.fa", include_str!("../../templates/reopened.fa.txt")),
    ("reopened.en", include_str!("../../templates/reopened.en.txt")),
    ("extended.fa", include_str!("../../templates/extended.fa.txt")),
    ("extended.en", include_str!("../../templates/extended.en.txt")),
    ("documents_asked.fa", include_str!("../../templates/documents_asked.fa.txt")),
    ("documents_asked.en", include_str!("../../templates/documents_asked.en.txt")),
    ("report.fa", include_str!("../../templates/report.fa.txt")),
    ("report.en", include_str!("../../templates/report.en.txt")),
    ("escalated.fa", include_str!("../../templates/escalated.fa.txt")),
    ("escalated.en", include_str!("../../templates/escalated.en.txt")),
    ("reminded.fa", include_str!("../../templates/reminded.fa.txt")),
    ("reminded.en", include_str!("../../templates/reminded.en.txt")),
    ("meeting_invited.fa", include_str!("../../templates/meeting_invited.fa.txt")),
    ("meeting_invited.en", include_str!("../../templates/meeting_invited.en.txt")),
    ("meeting_moved.fa", include_str!("../../templates/meeting_moved.fa.txt")),
    ("meeting_moved.en", include_str!("../../templates/meeting_moved.en.txt")),
];

/// Renders notices in Persian, or in English for who asked for it.
#[derive(Debug)]
pub struct Texts(Environment<'static>);

impl Texts {
    /// Reads the templates; `public_url` is where citizens reach web, empty: nowhere.
    ///
    /// # Errors
    /// When a template or the time zone cannot be read.
    pub fn new(public_url: &str) -> anyhow::Result<Self> {
        let mut environment = Environment::new();
        environment.set_fuel(Some(FUEL));
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let tehran = Tehran::new()?;
        let [zone, clock, hours] = [(); 3].map(|()| tehran.clone());
        environment.add_filter("jalali", move |at: String| Ok::<_, Error>(tehran.date(instant(&at)?).fa()));
        environment.add_filter("moment", move |at: String| Ok::<_, Error>(clock.moment_fa(instant(&at)?)));
        environment.add_filter("gregorian", move |at: String| {
            Ok::<_, Error>(zone.zoned(instant(&at)?).strftime("%-d %B %Y").to_string())
        });
        environment.add_filter("gregorian_moment", move |at: String| {
            Ok::<_, Error>(hours.zoned(instant(&at)?).strftime("%-d %B %Y %H:%M").to_string())
        });
        // Where a case is followed. The code stands beside it, never in it: URLs are kept in histories and logs.
        let track = Some(public_url.trim_end_matches('/')).filter(|url| !url.is_empty());
        environment.add_global("track", track.map(|url| format!("{url}/track")).unwrap_or_default());
        environment.add_filter("digits", |text: String| digits::persian(&text));
        for (name, source) in SOURCES {
            environment.add_template(name, source)?;
        }
        Ok(Texts(environment))
    }

    /// The text for that citizen.
    ///
    /// # Errors
    /// When the template fails or runs out of fuel.
    pub fn render(
        &self,
        template: Template,
        contact: &ContactPoint,
        details: &Details,
    ) -> Result<String, Error> {
        let language = if contact.language.starts_with("en") { "en" } else { "fa" };
        let template = self.0.get_template(&format!("{}.{language}", template.name()))?;
        let (lines, count) = match details.of_agency.as_str() {
            "" => digest::lines(&details.escalated),
            _ => digest::lines_of_reminders(&details.reminded),
        };
        let text = template.render(context! {
            name => contact.name.trim(),
            code => contact.tracking_code.as_str(),
            promised_at => details.promised_at.map(|at| at.to_string()),
            agency => details.agency.as_str(),
            answer => details.answer.as_str(),
            feedback_until => details.feedback_until.map(|at| at.to_string()),
            to_arbiter => details.to_arbiter,
            days => details.days.to_string(),
            reason => details.reason.as_str(),
            documents => details.documents.as_str(),
            period => details.period.as_str(),
            place => details.place.as_str(),
            again => details.again.as_str(),
            enclosed => !details.enclosed.is_empty(),
            day => details.day.map(|day| jalali::Date::of(day).fa()),
            count => count.to_string(),
            lines,
            meeting => details.meeting.as_ref().map(shown),
        })?;
        Ok(text.trim().to_owned())
    }
}

fn shown(meeting: &Meeting) -> minijinja::Value {
    context! {
        title => meeting.title.as_str(),
        place => meeting.place.as_str(),
        starts_at => meeting.starts_at.to_string(),
        topics => meeting.topics.join("، "),
        turns => meeting.turns.to_string(),
    }
}

fn instant(text: &str) -> Result<Timestamp, Error> {
    text.parse().map_err(|_| Error::new(ErrorKind::InvalidOperation, "not a moment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Texts {
        Texts::new("").unwrap()
    }

    fn contact(language: &str) -> ContactPoint {
        ContactPoint {
            name: "مریم".into(),
            language: language.into(),
            tracking_code: "1234567890".into(),
            ..Default::default()
        }
    }

    fn details() -> Details {
        Details {
            promised_at: Some("2025-10-08T08:30:00+03:30".parse().unwrap()),
            agency: "شرکت آب و فاضلاب فارس".into(),
            answer: "نشتی برطرف شد.".into(),
            feedback_until: Some("2025-10-18T08:30:00+03:30".parse().unwrap()),
            to_arbiter: false,
            days: 7,
            reason: "تأمین قطعه زمان می‌برد.".into(),
            documents: "تصویر سند مالکیت".into(),
            ..Default::default()
        }
    }

    #[test]
    fn a_registration_tells_code_and_date_in_persian_figures() {
        let text = texts().render(Template::Registered, &contact("fa"), &details()).unwrap();
        assert_eq!(
            text,
            "مریم گرامی، درخواست شما در سامانهٔ ۱۱۱ ثبت شد.\nکد رهگیری: ۱۲۳۴۵۶۷۸۹۰\nپاسخ تا ۱۶ مهر ۱۴۰۴ داده می‌شود."
        );
        let bare = ContactPoint { name: String::new(), ..contact("en-GB") };
        let text = texts().render(Template::Registered, &bare, &Details::default()).unwrap();
        assert_eq!(
            text,
            "Your request is registered with the 111 contact centre.\nTracking code: 1234567890"
        );
        let text = texts().render(Template::Registered, &bare, &details()).unwrap();
        assert!(text.ends_with("by 8 October 2025."), "{text}");
    }

    #[test]
    fn every_template_renders_in_both_languages_and_tells_the_code() {
        let texts = texts();
        for template in Template::ALL.into_iter().take(8) {
            let fa = texts.render(template, &contact(""), &details()).unwrap();
            assert!(fa.contains("۱۲۳۴۵۶۷۸۹۰") && !fa.contains("1234567890"), "{fa}");
            let en = texts.render(template, &contact("en"), &details()).unwrap();
            assert!(en.contains("1234567890"), "{en}");
        }
        assert!(
            texts.render(Template::Closed, &contact("fa"), &details()).unwrap().contains("نشتی برطرف شد.")
        );
    }

    #[test]
    fn who_is_answered_is_asked_whether_that_solved_it() {
        let texts = texts();
        let asked = texts.render(Template::Closed, &contact("fa"), &details()).unwrap();
        assert!(asked.contains("آیا مشکل حل شد؟ تا ۲۶ مهر ۱۴۰۴ در صفحهٔ پیگیری"), "{asked}");
        let endless = Details { feedback_until: None, ..details() };
        let asked = texts.render(Template::Closed, &contact("en"), &endless).unwrap();
        assert!(asked.contains("Did that solve it? Say so on the tracking page"), "{asked}");
        let arbiter = Details { to_arbiter: true, ..details() };
        let told = |details| texts.render(Template::Reopened, &contact("fa"), details).unwrap();
        assert!(told(&arbiter).contains("داور استان") && !told(&details()).contains("داور استان"));
    }

    #[test]
    fn where_a_case_is_followed_is_linked_without_its_code() {
        let texts = Texts::new("https://111.example.ir/").unwrap();
        for (template, language) in [
            (Template::Registered, "fa"),
            (Template::Registered, "en"),
            (Template::Closed, "fa"),
            (Template::Closed, "en"),
        ] {
            let linked = texts.render(template, &contact(language), &details()).unwrap();
            let (_, after) = linked.split_once("https://111.example.ir/track").unwrap();
            assert!(!after.starts_with(|next: char| !next.is_whitespace()), "{linked}");
            assert!(
                !self::texts().render(template, &contact(language), &details()).unwrap().contains("http")
            );
        }
    }

    #[test]
    fn more_time_and_documents_are_told_with_their_reasons() {
        let texts = texts();
        let extended = texts.render(Template::Extended, &contact("fa"), &details()).unwrap();
        assert!(extended.contains("۷ روز") && extended.contains("تأمین قطعه"), "{extended}");
        let asked = texts.render(Template::DocumentsAsked, &contact("fa"), &details()).unwrap();
        assert!(asked.contains("سند مالکیت") && asked.contains("«شرکت آب و فاضلاب فارس»"), "{asked}");
    }

    #[test]
    fn a_report_says_of_what_it_is_and_how_it_is_made_again() {
        let texts = texts();
        let told = |place: &str, enclosed: &[&str], language| {
            let details = Details {
                period: "مهر ۱۴۰۴".into(),
                place: place.into(),
                again: "samad report --month 1404-07".into(),
                enclosed: enclosed.iter().map(|name| (*name).to_owned()).collect(),
                ..Default::default()
            };
            texts.render(Template::Report, &contact(language), &details).unwrap()
        };
        let fa = told("فارس", &["samad-1404-07-fars.pdf"], "fa");
        assert!(fa.contains("گزارش مهر ۱۴۰۴ استان فارس ساخته شد و پیوست"), "{fa}");
        assert!(fa.ends_with("samad report --month 1404-07 --pdf report.pdf"), "{fa}");
        assert!(told("", &[], "fa").contains("سراسر کشور ساخته شد، اما پیوست‌شدنی نبود"));
        assert!(told("", &["a"], "en").contains("the whole country is made and enclosed."));
    }

    #[test]
    fn a_day_of_escalations_is_told_by_agency() {
        let details = Details {
            day: Some(jiff::civil::date(2025, 9, 22)),
            escalated: vec![("شهرداری شیراز".into(), 12), ("".into(), 1)],
            ..Default::default()
        };
        let texts = texts();
        let fa = texts.render(Template::Escalated, &contact("fa"), &details).unwrap();
        assert!(fa.contains("در ۳۱ شهریور ۱۴۰۴، مهلت ۱۳ ارجاع"), "{fa}");
        assert!(fa.contains("\nشهرداری شیراز: ۱۲\nبدون دستگاه: ۱\n"), "{fa}");
        assert!(
            texts.render(Template::Escalated, &contact("en"), &details).unwrap().contains("13 referrals")
        );
    }

    #[test]
    fn an_agency_is_reminded_of_a_day_at_once() {
        let details = Details {
            day: Some(jiff::civil::date(2025, 9, 22)),
            of_agency: "fars-water".into(),
            reminded: vec![(1, 2), (5, 11)],
            ..Default::default()
        };
        let texts = texts();
        let fa = texts.render(Template::Reminded, &contact("fa"), &details).unwrap();
        assert!(fa.contains("مهلت ۱۳ ارجاع") && fa.contains("\n۱ روز مانده: ۲\n۵ روز مانده: ۱۱\n"), "{fa}");
        let en = texts.render(Template::Reminded, &contact("en"), &details).unwrap();
        assert!(en.contains("for 13 referrals"), "{en}");
    }

    #[test]
    fn what_a_citizen_or_agency_writes_is_text_never_template() {
        let sly = Details { agency: "{{ code }}{% for i in range(9) %}".into(), ..details() };
        let text = texts().render(Template::Referred, &contact("fa"), &sly).unwrap();
        assert!(text.contains("{{ code }}{% for"), "{text}");
    }
}
