//! What the live page shows, from what was seen.

use askama::Template;
use contracts::audit::GetFiguresResponse;
use jiff::Timestamp;

use super::drawing;
use super::watch::{CURVE_S, Watched};
use crate::calendar::Calendar;
use crate::lang::Lang;

/// Of the curve's drawing, in its own units.
const CURVE_WIDTH: f64 = 120.0;
const CURVE_HEIGHT: f64 = 28.0;

/// The panel of the live page, one language.
#[derive(Template)]
#[template(path = "panel.html")]
pub(super) struct Panel {
    lang: Lang,
    moment: String,
    total_rate: String,
    /// Names of the services that do not answer, joined; empty when all do.
    silent: String,
    dead_letters: u64,
    figures: Option<Figures>,
    houses: Vec<House>,
    view_box: String,
    bands: Vec<String>,
}

struct Figures {
    contacts: u64,
    guidance: u64,
    cases: u64,
    open: u64,
    answered: u64,
    overdue: u64,
    notices: u64,
    ledger: u64,
    /// Age of the oldest case without an answer; absent when none is open.
    oldest: Option<String>,
}

struct House {
    title: &'static str,
    duty: &'static str,
    known: bool,
    fresh: bool,
    /// Why the numbers are not of now.
    silence: String,
    rate: String,
    curve: String,
    published: u64,
    outbox: u64,
    pending: u64,
    dead: u64,
    hears: Vec<Hears>,
}

/// A stream that a service listens to.
struct Hears {
    from: &'static str,
    waiting: u64,
    in_hand: u64,
}

impl Panel {
    pub fn new(
        lang: Lang,
        services: &[Watched],
        figures: Option<&GetFiguresResponse>,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Self {
        let houses: Vec<_> = services.iter().map(|service| House::new(lang, service)).collect();
        let silent: Vec<_> = houses.iter().filter(|house| !house.fresh).map(|house| house.title).collect();
        Panel {
            lang,
            moment: calendar.moment(lang, now),
            total_rate: lang.rate(
                services.iter().filter(|s| s.answers()).map(Watched::rate).fold(0.0, |sum, rate| sum + rate),
            ),
            silent: silent.join(lang.say("، ", ", ")),
            dead_letters: houses.iter().map(|house| house.dead).sum(),
            figures: figures.map(|figures| Figures::new(lang, figures, now)),
            houses,
            view_box: drawing::view_box(),
            bands: drawing::bands(services.iter().map(|service| service.rates.iter())),
        }
    }
}

impl Figures {
    fn new(lang: Lang, figures: &GetFiguresResponse, now: Timestamp) -> Self {
        let oldest = contracts::optional_instant(figures.oldest_open_at.as_ref()).ok().flatten();
        let age =
            |since: Timestamp| lang.span(u64::try_from(now.duration_since(since).as_secs()).unwrap_or(0));
        Figures {
            contacts: figures.contacts,
            guidance: figures.guidance,
            cases: figures.cases,
            open: figures.open,
            answered: figures.answered,
            overdue: figures.overdue_open,
            notices: figures.notices_sent,
            ledger: figures.ledger_size,
            oldest: oldest.filter(|_| figures.open > 0).map(age),
        }
    }
}

impl House {
    fn new(lang: Lang, service: &Watched) -> Self {
        let (title, duty) = words(lang, service.name);
        let flow = service.flow.clone().unwrap_or_default();
        let silence = match service.silent_s() {
            Some(seconds) => match lang {
                Lang::Fa => format!("{} است که پاسخ نمی‌دهد؛ آخرین ارقام دیده می‌شود", lang.span(seconds)),
                Lang::En => format!("No answer for {}: last known figures", lang.span(seconds)),
            },
            None => lang.say("هنوز پاسخ نداده است", "Has not answered yet").to_owned(),
        };
        House {
            title,
            duty,
            known: service.flow.is_some(),
            fresh: service.answers(),
            silence,
            rate: lang.rate(if service.answers() { service.rate() } else { 0.0 }),
            curve: curve(service.rates.iter().copied()),
            published: flow.published,
            outbox: flow.outbox_waiting,
            pending: flow.pending,
            dead: flow.dead_letters,
            hears: flow
                .consumers
                .into_iter()
                .map(|consumer| Hears {
                    from: words(lang, &consumer.stream.to_ascii_lowercase()).0,
                    waiting: consumer.waiting,
                    in_hand: consumer.in_hand,
                })
                .collect(),
        }
    }
}

/// What a service is called, and what it does.
fn words(lang: Lang, service: &str) -> (&'static str, &'static str) {
    let (fa, en) = match service {
        "intake" => (("پذیرش", "ثبت تماس و پرونده"), ("Intake", "Contacts and cases")),
        "routing" => (("ارجاع", "رساندن به دستگاه مسئول"), ("Routing", "To the responsible agency")),
        "deadline" => (("مهلت", "شمارش مهلت پاسخ‌ها"), ("Deadline", "Clocks of the answers")),
        "notification" => (("اطلاع‌رسانی", "پیامک و نامه به شهروند"), ("Notification", "Telling the citizen")),
        _ => (("حسابرسی", "دفتر دستکاری‌ناپذیر رویدادها"), ("Audit", "The tamper-evident ledger")),
    };
    match lang {
        Lang::Fa => fa,
        Lang::En => en,
    }
}

/// The points of a polyline: the latest at the end, the highest at the top.
fn curve(rates: impl ExactSizeIterator<Item = f64> + Clone) -> String {
    let highest = rates.clone().fold(1.0, f64::max);
    let first = CURVE_S - rates.len().min(CURVE_S);
    let step = CURVE_WIDTH / (CURVE_S as f64 - 1.0);
    let points = rates.enumerate().map(|(place, rate)| {
        let (x, y) =
            ((first + place) as f64 * step, CURVE_HEIGHT - 1.0 - rate / highest * (CURVE_HEIGHT - 2.0));
        format!("{x:.1},{y:.1}")
    });
    points.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_ends_at_the_edge_and_peaks_at_the_top() {
        let drawn = curve([0.0, 50.0, 100.0].into_iter());
        let last = drawn.split(' ').next_back().unwrap();
        assert_eq!(last, "120.0,1.0");
        assert_eq!(curve([].into_iter()), "");
    }

    #[test]
    fn the_oldest_case_is_shown_only_while_one_is_open() {
        let now: Timestamp = "2025-09-27T08:00:00Z".parse().unwrap();
        let at = Some(contracts::timestamp("2025-09-25T07:00:00Z".parse().unwrap()));
        let seen = |open| {
            Figures::new(
                Lang::En,
                &GetFiguresResponse { open, oldest_open_at: at, ..Default::default() },
                now,
            )
        };
        assert_eq!(seen(1).oldest.as_deref(), Some("2 d 1 h"));
        assert_eq!(seen(0).oldest, None);
    }
}
