//! `/api/v1/deductions`: points that came off managers' scores, rebuttals and rulings (rule 6).

use axum::extract::{Path, Query, State};
use contracts::audit::{
    Deduction, Evidence, FileRebuttalRequest, FileRebuttalResponse, ListDeductionsRequest,
    ListDeductionsResponse, PointsDeducted, PointsRestored, RebuttalFiled, RebuttalRuled, RestoreReason,
    RuleRebuttalRequest, RuleRebuttalResponse, Ruling,
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{NotDecided, NotListed, PAGE};
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, each, maybe, moment, shown, some, view, whole, word};
use crate::state::App;
use crate::upstream::OnBehalf;

/// Which deductions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichDeductions {
    /// Absent: of all that the token's scope allows.
    #[serde(default)]
    province: String,
    #[serde(default)]
    agency: String,
    #[serde(default)]
    manager: String,
    /// `next_page` of the answer before.
    #[serde(default)]
    page: String,
}

view! {
    /// Deductions, the newest first.
    DeductionsView of ListDeductionsResponse {
        deductions: Vec<DeductionView> = each(deductions),
        /// Breaches that wait because nobody is known to have held the office on that day.
        without_manager: u64,
        /// Absent on the last page.
        next_page: Option<String> = some(next_page_token),
    }
}

view! {
    /// A deduction and what became of it.
    DeductionView of Deduction {
        deducted: DeductedView = whole(deducted),
        /// Absent: the points are off.
        restored: Option<RestoredView> = maybe(restored),
        rebuttal: Option<RebuttalView> = maybe(rebuttal),
        ruled: Option<RuledView> = maybe(ruled),
    }
}

view! {
    /// Points came off.
    DeductedView of PointsDeducted {
        deduction_id: String,
        referral_id: String,
        /// The complaint's own case.
        case_id: String,
        agency: String,
        province: String,
        manager: String,
        points: u32,
        policy: String,
        policy_version: u32,
        /// In Tehran, YYYY-MM-DD of the Gregorian calendar.
        breach_day: String,
        due_at: Option<Timestamp> = moment(due_at),
        evidence: Vec<EvidenceLeaf> = each(evidence),
        deducted_at: Option<Timestamp> = moment(deducted_at),
    }
}

view! {
    /// A fact that a deduction rests on.
    EvidenceLeaf of Evidence {
        /// In the ledger.
        index: u64,
        fact_id: String,
        fact: String,
    }
}

view! {
    /// Points came back.
    RestoredView of PointsRestored {
        points: u32,
        /// breach_withdrawn or rebuttal_accepted.
        reason: String = restore_reason(reason),
        restored_at: Option<Timestamp> = moment(restored_at),
    }
}

view! {
    /// Why the points should not have come off.
    RebuttalView of RebuttalFiled {
        text: String,
        filed_by: String,
        filed_at: Option<Timestamp> = moment(filed_at),
    }
}

view! {
    /// What was ruled.
    RuledView of RebuttalRuled {
        /// upheld or reversed.
        ruling: String = ruling(ruling),
        reason: String,
        ruled_by: String,
        ruled_at: Option<Timestamp> = moment(ruled_at),
    }
}

view! {
    /// The rebuttal as it is kept.
    FiledRebuttal of FileRebuttalResponse {
        rebuttal: RebuttalView = whole(rebuttal),
    }
}

view! {
    /// The ruling as it is kept.
    RuledRebuttal of RuleRebuttalResponse {
        ruled: RuledView = whole(ruled),
    }
}

fn restore_reason(number: i32) -> String {
    word(RestoreReason::try_from(number).unwrap_or_default().as_str_name(), "RESTORE_REASON_")
}

fn ruling(number: i32) -> String {
    word(Ruling::try_from(number).unwrap_or_default().as_str_name(), "RULING_")
}

/// A manager's rebuttal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRebuttal {
    text: String,
}

/// A ruling on it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRuling {
    /// upheld: the deduction stands; reversed: the points are restored.
    #[schema(pattern = "^(upheld|reversed)$")]
    ruling: String,
    reason: String,
}

/// Points that came off managers' scores.
#[utoipa::path(
    get,
    path = "/api/v1/deductions",
    params(WhichDeductions),
    responses((status = 200, description = "The newest first", body = DeductionsView), NotListed),
    security(("token" = []))
)]
pub(crate) async fn list_deductions(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(WhichDeductions { province, agency, manager, page }): Query<WhichDeductions>,
) -> Result<Shown<DeductionsView>, Problem> {
    let request = ListDeductionsRequest { agency, manager, province, page_size: PAGE, page_token: page };
    shown(app.evaluation.clone().list_deductions(on_behalf.ask(request)).await)
}

/// Files a rebuttal, once a deduction. Repeated in the same words, it changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/deductions/{deduction_id}/rebuttal",
    params(("deduction_id" = String, Path)),
    request_body = NewRebuttal,
    responses((status = 200, description = "Filed", body = FiledRebuttal), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn file_rebuttal(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(deduction_id): Path<String>,
    Sent(NewRebuttal { text }): Sent<NewRebuttal>,
) -> Result<Shown<FiledRebuttal>, Problem> {
    let request = FileRebuttalRequest { deduction_id, text, ..Default::default() };
    shown(app.evaluation.clone().file_rebuttal(on_behalf.ask(request)).await)
}

/// Rules on a rebuttal, once; not who filed it.
#[utoipa::path(
    post,
    path = "/api/v1/deductions/{deduction_id}/rebuttal/ruling",
    params(("deduction_id" = String, Path)),
    request_body = NewRuling,
    responses((status = 200, description = "Ruled", body = RuledRebuttal), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn rule_rebuttal(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(deduction_id): Path<String>,
    Sent(NewRuling { ruling, reason }): Sent<NewRuling>,
) -> Result<Shown<RuledRebuttal>, Problem> {
    let ruling = match ruling.as_str() {
        "upheld" => Ruling::Upheld,
        "reversed" => Ruling::Reversed,
        _ => return Err(Problem::unknown_word("ruling", &ruling, &["upheld", "reversed"])),
    };
    let request = RuleRebuttalRequest { deduction_id, ruling: ruling.into(), reason, ..Default::default() };
    shown(app.evaluation.clone().rule_rebuttal(on_behalf.ask(request)).await)
}
