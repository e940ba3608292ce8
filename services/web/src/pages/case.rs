//! The citizen's page of one case: how far it is, by when, who holds it, the answer, and what the citizen may do.

use askama::Template;
use contracts::intake::{Case, CaseState, FeedbackVerdict, Kind};
use jiff::Timestamp;

use crate::api::{STAGES, stages_reached};
use crate::calendar::Calendar;
use crate::lang::Lang;
use crate::state::App;

#[derive(Template)]
#[template(path = "case.html")]
pub(super) struct CasePage {
    lang: Lang,
    code: String,
    kind: &'static str,
    /// Empty where the catalogue has no name for it, like `place`.
    topic: String,
    place: String,
    standing: Standing,
    stages: Vec<StageRow>,
    promised: String,
    /// How far the promised date is, or whether it was kept; empty without one.
    left: String,
    holders: Vec<HolderRow>,
    answer: String,
    /// What came of what the citizen just did; empty otherwise.
    note: &'static str,
    /// Whether the citizen is asked if the answer solved the matter.
    asks: bool,
    /// Until when; empty without an end.
    asked_until: String,
}

/// What the citizen is to understand first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Registered; no agency has it yet.
    Reading,
    /// An agency has it, in time.
    UnderWay,
    /// Unanswered after the promised date.
    Overdue,
    Answered,
    /// Answered after the promised date.
    AnsweredLate,
    /// Taken back by the citizen.
    Withdrawn,
    /// Open again: its answer did not solve the matter.
    Reopened,
}

struct StageRow {
    title: &'static str,
    note: &'static str,
    /// Its date; empty where it is not known.
    date: String,
    reached: bool,
    current: bool,
}

struct HolderRow {
    name: String,
    since: String,
}

impl Standing {
    fn of(reached: usize, due: Option<Timestamp>, closed: Option<Timestamp>, now: Timestamp) -> Self {
        let answered = reached == STAGES.len();
        let late = due.is_some_and(|due| due < closed.filter(|_| answered).unwrap_or(now));
        match (answered, late) {
            (true, false) => Standing::Answered,
            (true, true) => Standing::AnsweredLate,
            (false, true) => Standing::Overdue,
            (false, false) if reached == 1 => Standing::Reading,
            (false, false) => Standing::UnderWay,
        }
    }

    /// Where a case stands; of one that was taken back or opened again its dates tell nothing yet.
    fn of_case(
        case: &Case,
        reached: usize,
        due: Option<Timestamp>,
        closed: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        match case.state() {
            CaseState::Withdrawn => Standing::Withdrawn,
            CaseState::Reopened => Standing::Reopened,
            _ => Standing::of(reached, due, closed, now),
        }
    }

    fn is_over(self) -> bool {
        self.is_answered() || self == Standing::Withdrawn
    }

    fn is_answered(self) -> bool {
        matches!(self, Standing::Answered | Standing::AnsweredLate)
    }

    fn is_late(self) -> bool {
        matches!(self, Standing::Overdue | Standing::AnsweredLate)
    }

    fn headline(self, lang: Lang) -> &'static str {
        match self {
            Standing::Reading => {
                lang.say("پروندهٔ شما ثبت شد و در حال ارجاع است", "Your case is recorded and being referred")
            }
            Standing::UnderWay => lang.say("پروندهٔ شما در جریان است", "Your case is under way"),
            Standing::Overdue => lang.say("پاسخ از موعد گذشته است", "The answer is overdue"),
            Standing::Answered | Standing::AnsweredLate => {
                lang.say("پروندهٔ شما پاسخ داده شد", "Your case was answered")
            }
            Standing::Withdrawn => lang.say("پروندهٔ شما پس گرفته شده است", "Your case was withdrawn"),
            Standing::Reopened => lang.say("پروندهٔ شما دوباره باز شد", "Your case is open again"),
        }
    }

    /// What the citizen may do now (rules 5, 6 and 8: complain of inaction, be told, say that it is not solved).
    fn advice(self, lang: Lang) -> &'static str {
        match self {
            Standing::Reading | Standing::UnderWay => lang.say(
                "اکنون لازم نیست کاری کنید: ارجاع و پاسخ با پیامک به شما گفته می‌شود. اگر چیزی برای افزودن دارید، با ۱۱۱ تماس بگیرید و همین کد را بگویید؛ تماس دوباره مهلت دستگاه را عقب نمی‌اندازد.",
                "There is nothing you need to do: you are told of the referral and of the answer by SMS. To add something, call 111 with this code; calling again never postpones the agency's deadline.",
            ),
            Standing::Withdrawn => lang.say(
                "کار دیگری روی این پرونده انجام نمی‌شود. اگر شما آن را پس نگرفته‌اید یا مشکل باز هم هست، با ۱۱۱ تماس بگیرید.",
                "Nothing more is done about this case. If you did not withdraw it, or the matter is still there, call 111.",
            ),
            Standing::Reopened => lang.say(
                "گفتهٔ شما همراه پرونده است. به‌زودی به شما گفته می‌شود که پرونده نزد چه کسی است.",
                "Your words go with the case. You are told soon who has it.",
            ),
            Standing::Overdue => lang.say(
                "دستگاه در موعد پاسخ نداده است. می‌توانید با ۱۱۱ تماس بگیرید و «شکایت از عدم اقدام» ثبت کنید؛ به این شکایت باید ظرف ۷ روز پاسخ داده شود و مدیریت استان آن را می‌بیند.",
                "The agency has not answered in time. You may call 111 and file a complaint of inaction: it must be answered within 7 days, and the province's management sees it.",
            ),
            Standing::Answered | Standing::AnsweredLate => lang.say(
                "اگر مشکل حل شد، کار دیگری لازم نیست. اگر حل نشده است، با ۱۱۱ تماس بگیرید و همین کد را بگویید تا دوباره پیگیری شود یا شکایت از عدم اقدام ثبت شود.",
                "If the matter is solved, nothing more is needed. If it is not, call 111 with this code: it is taken up again, or becomes a complaint of inaction.",
            ),
        }
    }
}

impl CasePage {
    /// The case as it stands now.
    pub fn new(lang: Lang, case: Case, app: &App, note: &'static str) -> Self {
        let (calendar, now) = (&app.calendar, app.clock.now());
        let instant = |wire: Option<_>| contracts::optional_instant(wire.as_ref()).ok().flatten();
        let date = |at: Option<Timestamp>| at.map_or_else(String::new, |at| calendar.date(lang, at));
        let reached = stages_reached(&case);
        let (due, closed) = (instant(case.due_at), instant(case.closed_at));
        let standing = Standing::of_case(&case, reached, due, closed, now);
        let until = instant(case.feedback_until);
        let unsaid = case.feedback() == FeedbackVerdict::Unspecified && until.is_none_or(|until| until > now);
        let mut holders = case.holders;
        holders.sort_by_key(|holder| holder.since.map(|since| since.seconds));
        let referred = holders.first().and_then(|holder| instant(holder.since));
        CasePage {
            lang,
            kind: kind(lang, Kind::try_from(case.kind).unwrap_or_default()),
            code: lang.digits(&case.tracking_code),
            topic: app.names.topic(lang, &case.topic),
            place: app.names.place(lang, &case.province, &case.county),
            standing,
            stages: stages(
                lang,
                reached,
                [date(instant(case.registered_at)), date(referred), String::new(), date(closed)],
            ),
            promised: date(due),
            left: due.map_or_else(String::new, |due| distance(lang, calendar, standing, due, now)),
            holders: holders
                .into_iter()
                .map(|holder| HolderRow {
                    since: date(instant(holder.since)),
                    name: app.names.agency(lang, &holder.agency, &holder.name_fa),
                })
                .collect(),
            answer: case.answer,
            note,
            asks: standing.is_answered() && unsaid,
            asked_until: date(until),
        }
    }
}

fn stages(lang: Lang, reached: usize, dates: [String; STAGES.len()]) -> Vec<StageRow> {
    let rows = [
        (
            ("ثبت شد", "Registered"),
            ("درخواست شما ثبت و کد رهگیری صادر شد.", "Your matter was recorded and a code issued."),
        ),
        (("ارجاع شد", "Referred"), ("به دستگاه مسئول فرستاده شد.", "Sent to the agency responsible for it.")),
        (("در دست اقدام", "In work"), ("دستگاه مسئول رسیدگی را آغاز کرد.", "The agency took it up.")),
        (("پاسخ داده شد", "Answered"), ("پاسخ نهایی رسید.", "The final answer has arrived.")),
    ];
    rows.into_iter()
        .zip(dates)
        .enumerate()
        .map(|(place, ((title, note), date))| StageRow {
            title: lang.say(title.0, title.1),
            note: lang.say(note.0, note.1),
            date,
            reached: place < reached,
            current: place + 1 == reached,
        })
        .collect()
}

fn distance(lang: Lang, calendar: &Calendar, standing: Standing, due: Timestamp, now: Timestamp) -> String {
    let days = calendar.days_between(now, due);
    let count = lang.number(days.unsigned_abs());
    let said = match (standing, lang, days) {
        (Standing::Answered, ..) => lang.say("در موعد پاسخ داده شد", "answered in time"),
        (Standing::AnsweredLate, ..) => lang.say("پس از موعد پاسخ داده شد", "answered late"),
        (Standing::Withdrawn, ..) => "",
        (Standing::Overdue, _, 0) => lang.say("موعد امروز گذشت", "due earlier today"),
        (_, _, 0) => lang.say("موعد: امروز", "due today"),
        (_, Lang::En, 1) => "1 day left",
        (_, Lang::En, -1) => "1 day overdue",
        (Standing::Overdue, Lang::Fa, _) => return format!("{count} روز از موعد گذشته"),
        (Standing::Overdue, Lang::En, _) => return format!("{count} days overdue"),
        (_, Lang::Fa, _) => return format!("{count} روز مانده"),
        (_, Lang::En, _) => return format!("{count} days left"),
    };
    said.to_owned()
}

fn kind(lang: Lang, kind: Kind) -> &'static str {
    match kind {
        Kind::Unspecified => lang.say("پرونده", "Case"),
        Kind::Request => lang.say("درخواست", "Request"),
        Kind::Complaint => lang.say("شکایت", "Complaint"),
        Kind::Suggestion => lang.say("پیشنهاد", "Suggestion"),
        Kind::Criticism => lang.say("انتقاد", "Criticism"),
        Kind::Idea => lang.say("ایده", "Idea"),
        Kind::Report => lang.say("گزارش", "Report"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_stands_by_its_stage_and_its_date() {
        let day = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let standing = |reached, due, closed, now| Standing::of(reached, due, closed, day(now));
        assert_eq!(standing(1, Some(day(15)), None, 1), Standing::Reading);
        assert_eq!(standing(2, Some(day(15)), None, 14), Standing::UnderWay);
        assert_eq!(standing(3, Some(day(15)), None, 16), Standing::Overdue);
        assert_eq!(standing(1, Some(day(15)), None, 16), Standing::Overdue, "also before any referral");
        assert_eq!(standing(3, None, None, 99), Standing::UnderWay, "no date was promised");
        assert_eq!(standing(4, Some(day(15)), Some(day(14)), 99), Standing::Answered);
        assert_eq!(standing(4, Some(day(15)), Some(day(16)), 99), Standing::AnsweredLate);
    }
}
