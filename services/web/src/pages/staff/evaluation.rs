//! `/staff/evaluation`: managers' year, ranked only among those of like volume (rule 6).

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use contracts::audit::{GetEvaluationRequest, GetEvaluationResponse, Standing};
use serde::Deserialize;
use tonic::Status;

use super::frame::{Frame, away, on_behalf};
use crate::api::view::moment;
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;

pub(super) const HERE: &str = "/staff/evaluation";

#[derive(Template)]
#[template(path = "staff_evaluation.html")]
struct Evaluation {
    lang: Lang,
    frame: Frame,
    year: String,
    /// Years to go to.
    years: Vec<(u32, String)>,
    as_of: String,
    bands: Vec<Band>,
}

struct Band {
    title: String,
    rows: Vec<Row>,
}

struct Row {
    rank: String,
    score: String,
    name: String,
    agency: String,
    on_time: u64,
    late: u64,
    overdue: u64,
    reopened: u64,
    /// What the score is made of.
    lines: Vec<(&'static str, String)>,
}

/// Which year; 0: the current one.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct WhichYear {
    year: u32,
}

/// The evaluation of a Jalali year.
pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(WhichYear { year }): Query<WhichYear>,
) -> Response {
    let this_year = u32::from(app.calendar.day(app.clock.now()).year().number());
    let year = if year == 0 { this_year } else { year };
    match evaluated(&app, &staff, year).await {
        Ok(answer) => {
            let as_of = moment(answer.as_of).map(|at| app.calendar.date(Lang::Fa, at)).unwrap_or_default();
            let written = |year: u32| Lang::Fa.digits(&year.to_string());
            let evaluation = Evaluation {
                lang: Lang::Fa,
                frame: Frame::new(&app, staff, HERE, ""),
                year: written(year),
                years: [this_year, this_year.saturating_sub(1)].map(|year| (year, written(year))).to_vec(),
                as_of,
                bands: bands(&app, &answer.standings),
            };
            page(StatusCode::OK, &evaluation)
        }
        Err(status) => away(&app, staff, HERE, &status),
    }
}

async fn evaluated(app: &App, staff: &Staff, year: u32) -> Result<GetEvaluationResponse, Status> {
    let request = GetEvaluationRequest { year, ..Default::default() };
    Ok(app.evaluation.clone().get_evaluation(on_behalf(app, staff)?.ask(request)).await?.into_inner())
}

fn bands(app: &App, standings: &[Standing]) -> Vec<Band> {
    let band = |standings: &[Standing]| Band {
        title: match standings.first().map_or(0, |standing| standing.band_floor) {
            0 => "کم‌حجم، بی‌رتبه".to_owned(),
            floor => format!("از {} ارجاع به بالا", Lang::Fa.number(u64::from(floor))),
        },
        rows: standings.iter().map(|standing| row(app, standing)).collect(),
    };
    standings.chunk_by(|one, other| one.band_floor == other.band_floor).map(band).collect()
}

fn row(app: &App, standing: &Standing) -> Row {
    let lines = standing.lines.iter().map(|line| (reason_fa(&line.reason), points(line.hundredths)));
    Row {
        rank: match standing.rank {
            0 => "—".to_owned(),
            rank => Lang::Fa.number(u64::from(rank)),
        },
        score: points(standing.score_hundredths),
        name: Some(&standing.name_fa)
            .filter(|name| !name.is_empty())
            .map_or("مدیر نامعلوم", |name| name)
            .to_owned(),
        agency: app.names.agency_fa(&standing.agency),
        on_time: standing.on_time,
        late: standing.late,
        overdue: standing.overdue_open,
        reopened: standing.reopened,
        lines: lines.collect(),
    }
}

fn reason_fa(reason: &str) -> &'static str {
    match reason {
        "base" => "امتیاز آغاز سال",
        "inaction" => "شکایت از عدم اقدام بی‌پاسخ",
        "missed" => "دیرکرد و گذشته از موعد",
        "reopened" => "بازگشایی",
        "floor" => "کمتر از صفر نمی‌شود",
        _ => "دیگر",
    }
}

/// Hundredths of a point as people read them; what came off with its sign before it.
fn points(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "−" } else { "" };
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let text = if rest == 0 { whole.to_string() } else { format!("{whole}٫{rest:02}") };
    format!("{sign}{}", Lang::Fa.digits(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_written_with_their_sign_and_no_needless_fraction() {
        assert_eq!(points(10_000), "۱۰۰");
        assert_eq!(points(9_725), "۹۷٫۲۵");
        assert_eq!(points(-505), "−۵٫۰۵");
        assert_eq!(points(0), "۰");
    }
}
