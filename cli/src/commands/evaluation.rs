//! `samad evaluation`: managers' and agencies' year, from the ledger's facts.

use anyhow::Result;
use clap::Args;
use contracts::audit::{GetEvaluationRequest, GetEvaluationResponse, Standing};

use super::Context;

#[derive(Args)]
pub struct Evaluation {
    /// Jalali year, such as 1404.
    #[arg(long)]
    year: u32,
    /// One province's code; all if absent.
    #[arg(long, default_value = "")]
    province: String,
    /// From so many leaves of the ledger; all if absent.
    #[arg(long, default_value_t = 0)]
    as_of_size: u64,
}

impl Evaluation {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let Evaluation { year, province, as_of_size } = self;
        let asked = GetEvaluationRequest { year, province, as_of_size };
        let answer = context.doors.evaluation().get_evaluation(asked).await?.into_inner();
        context.show.message("samad.audit.v1.GetEvaluationResponse", &answer, lines)?;
        Ok(0)
    }
}

/// A band's head, then a line a manager.
fn lines(answer: &GetEvaluationResponse) -> String {
    let mut lines = vec![format!("from {} leaves", answer.ledger_size)];
    for band in answer.standings.chunk_by(|a, b| a.band_floor == b.band_floor) {
        lines.push(match band.first().map_or(0, |standing| standing.band_floor) {
            0 => "below every band: not ranked".to_owned(),
            floor => format!("from {floor} referrals on"),
        });
        lines.extend(band.iter().map(line));
    }
    lines.join("\n")
}

fn line(standing: &Standing) -> String {
    let rank = if standing.rank == 0 { "–".to_owned() } else { standing.rank.to_string() };
    let manager = if standing.manager.is_empty() { "(nobody known)" } else { &standing.manager };
    format!(
        "{rank:>4}  {:>3}.{:02}  {manager:<14}{:<24}{:>6} on time{:>6} late{:>6} overdue  {}",
        standing.score_hundredths / 100,
        standing.score_hundredths % 100,
        standing.agency,
        standing.on_time,
        standing.late,
        standing.overdue_open,
        standing.name_fa
    )
}
