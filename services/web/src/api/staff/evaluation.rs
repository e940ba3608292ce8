//! `/api/v1/evaluations`: managers' year, ranked within bands of volume, every point with its facts (rule 6).

use axum::extract::{Path, Query, State};
use contracts::audit::{
    Entry, GetEvaluationRequest, GetEvaluationResponse, GetEvidenceRequest, GetEvidenceResponse, ProvedFact,
    ScoreLine, Standing,
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use super::NotShown;
use crate::api::problem::Problem;
use crate::api::view::{Shown, each, hex, maybe, moment, shown, view};
use crate::state::App;
use crate::upstream::OnBehalf;

/// Whose year.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Whose {
    /// Province code; absent: all that the token's scope allows.
    #[serde(default)]
    province: String,
    /// From so many leaves of the ledger; absent: from all there are.
    #[serde(default)]
    as_of_size: u64,
}

view! {
    /// Every manager and agency of a year.
    EvaluationView of GetEvaluationResponse {
        ledger_size: u64,
        /// What is overdue and open is so as of this moment.
        as_of: Option<Timestamp> = moment(as_of),
        /// By band, the highest volume first, then by rank.
        standings: Vec<StandingView> = each(standings),
    }
}

view! {
    /// A manager's year in one agency.
    StandingView of Standing {
        manager: String,
        name_fa: String,
        agency: String,
        province: String,
        /// The band begins with so many referrals; 0: fewer than any band, not ranked.
        band_floor: u32,
        /// From 1; equals share it. 0: not ranked.
        rank: u32,
        score_hundredths: i64,
        on_time: u64,
        late: u64,
        overdue_open: u64,
        reopened: u64,
        /// They add up to the score.
        lines: Vec<ScoreLineView> = each(lines),
    }
}

view! {
    /// A line of points with the facts it follows from.
    ScoreLineView of ScoreLine {
        /// base, inaction, missed, reopened or floor.
        reason: String,
        /// Negative: off.
        hundredths: i64,
        /// Indexes in the ledger.
        leaves: Vec<u64>,
    }
}

view! {
    /// The facts of an inaction complaint and of the referral it complains of, proved to be in the ledger.
    EvidenceView of GetEvidenceResponse {
        /// The signed checkpoint that the proofs lead to (C2SP tlog-checkpoint).
        checkpoint: String,
        complaint: Vec<ProvedFactView> = each(complaint),
        referral: Vec<ProvedFactView> = each(referral),
    }
}

view! {
    /// A fact and the proof that it is in the ledger.
    ProvedFactView of ProvedFact {
        entry: Option<LedgerEntryView> = maybe(entry),
        /// The leaf's canonical bytes, in hexadecimal digits.
        leaf: String = hex(leaf),
        /// The inclusion proof, each hash in hexadecimal digits.
        hashes: Vec<String> = hexes(hashes),
    }
}

view! {
    /// Where a fact lies in the ledger.
    LedgerEntryView of Entry {
        index: u64,
        fact_id: String,
        /// The fact's name: case_registered, referral_issued, …
        fact: String,
        at: Option<Timestamp> = moment(at),
        agency: String,
    }
}

fn hexes(hashes: Vec<Vec<u8>>) -> Vec<String> {
    hashes.into_iter().map(hex).collect()
}

/// The evaluation of a Jalali year, from the ledger's facts.
#[utoipa::path(
    get,
    path = "/api/v1/evaluations/{year}",
    params(("year" = u32, Path, description = "Jalali", example = 1404), Whose),
    responses((status = 200, description = "By band and rank", body = EvaluationView), NotShown),
    security(("token" = []))
)]
pub(crate) async fn get_evaluation(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(year): Path<u32>,
    Query(Whose { province, as_of_size }): Query<Whose>,
) -> Result<Shown<EvaluationView>, Problem> {
    let request = GetEvaluationRequest { year, province, as_of_size };
    shown(app.evaluation.clone().get_evaluation(on_behalf.ask(request)).await)
}

/// What a deduction rests on.
#[utoipa::path(
    get,
    path = "/api/v1/inaction-complaints/{case_id}/evidence",
    params(("case_id" = String, Path, description = "The complaint's own case")),
    responses((status = 200, description = "Facts and proofs", body = EvidenceView), NotShown),
    security(("token" = []))
)]
pub(crate) async fn get_evidence(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(case_id): Path<String>,
) -> Result<Shown<EvidenceView>, Problem> {
    shown(app.evaluation.clone().get_evidence(on_behalf.ask(GetEvidenceRequest { case_id })).await)
}
