//! Cases as they are looked at: alone, and in pages newest first.

use contracts::intake::CaseState;
use contracts::{CaseId, TrackingCode};
use jiff::Timestamp;
use serde::Deserialize;
use sqlx::{FromRow, PgPool};
use uuid::Uuid;

use crate::store::wire;

/// A case with its contact and those who hold it.
#[derive(FromRow)]
pub struct CaseRow {
    /// Its id.
    pub case_id: Uuid,
    /// Its tracking code.
    pub tracking_code: String,
    /// The contact that it comes from.
    pub contact_id: Uuid,
    /// Province code.
    pub province: String,
    /// County, empty when unknown.
    pub county: String,
    /// Topic code.
    pub topic: String,
    /// `samad.intake.v1.Kind`.
    pub kind: i16,
    /// `samad.intake.v1.CaseState`.
    pub state: i16,
    /// The matter.
    pub statement: String,
    /// Where it lies.
    pub place: String,
    /// When it was registered.
    pub registered_at: jiff_sqlx::Timestamp,
    /// What the citizen was told at registration.
    pub promised_at: Option<jiff_sqlx::Timestamp>,
    /// When it was answered.
    pub closed_at: Option<jiff_sqlx::Timestamp>,
    /// The agencies' words.
    pub answer: String,
    /// Why it was withdrawn; empty otherwise.
    pub withdrawal_reason: String,
    /// How often it was reopened.
    pub reopenings: i32,
    /// `samad.intake.v1.FeedbackVerdict` on the latest answer.
    pub feedback: Option<i16>,
    /// The case whose answer becomes this one's.
    pub lead_case: Option<Uuid>,
    /// Whether agencies learn the matter only.
    pub confidential: bool,
    /// Until when the citizen is asked.
    pub feedback_until: Option<jiff_sqlx::Timestamp>,
    /// The citizen; absent without identity.
    pub sealed_citizen: Option<Vec<u8>>,
    /// Its referrals since the last reopening that were not returned, oldest first.
    #[sqlx(json)]
    pub holders: Vec<HolderRow>,
}

/// A referral of a case that was not returned.
#[derive(Deserialize)]
pub struct HolderRow {
    /// The agency's code.
    pub agency: String,
    /// Its Persian name.
    pub name_fa: String,
    /// When it was issued.
    pub since: Option<Timestamp>,
    /// Whether the agency still owes an action.
    pub is_open: bool,
    /// When it is due, as deadline says.
    pub due_at: Option<Timestamp>,
}

/// Which cases a page shows.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// Those of a province (empty: of all) in a state (0: in any).
    Listed {
        /// Province code.
        province: &'a str,
        /// `samad.intake.v1.CaseState`.
        state: i16,
    },
    /// Those of one citizen, by the keyed hash of the national id.
    OfCitizen(&'a [u8]),
}

/// Where a page begins: below this case, in the order newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Below {
    /// When that case was registered.
    pub registered_at: Timestamp,
    /// Its id.
    pub case_id: Uuid,
}

// Case and holders come of one statement, hence of one snapshot: no case is shown as open whose agency has answered.
macro_rules! cases {
    ($condition:literal) => {
        concat!(
            "SELECT f.case_id, f.tracking_code, f.contact_id, f.province, f.county, f.topic, c.kind, f.state, c.statement,
                 c.place, f.registered_at, f.promised_at, f.closed_at, f.answer, f.withdrawal_reason, f.reopenings, f.confidential,
                 f.lead_case,
                 f.feedback_until, c.sealed_citizen,
                 (SELECT b.verdict FROM feedback b WHERE b.case_id = f.case_id AND b.answer = f.reopenings + 1) AS feedback,
                 (SELECT coalesce(json_agg(json_build_object(
                         'agency', r.agency, 'name_fa', coalesce(a.name_fa, r.name_fa), 'since', r.since,
                         'is_open', r.state < 3, 'due_at', d.due_at) ORDER BY r.since, r.agency), '[]')
                  FROM referral_seen r LEFT JOIN agency_name a USING (agency) LEFT JOIN referral_due d USING (referral_id)
                  WHERE r.case_id = f.case_id AND r.state <> 3 AND (r.round = 0 OR r.round > f.settled_round)) AS holders
             FROM case_file f JOIN contact c USING (contact_id) WHERE ",
            $condition
        )
    };
}

// One statement for each index, so that no page reads what it does not show.
const BY_ID: &str = cases!("f.case_id = $1");
const BY_CODE: &str = cases!("f.tracking_code = $1");
const NEWEST: &str = cases!(
    "(f.registered_at, f.case_id) < ($1, $2) AND ($4 = '' OR f.province = $4) AND ($5 = 0 OR f.state = $5)
     ORDER BY f.registered_at DESC, f.case_id DESC LIMIT $3"
);
const NEWEST_IN_PROVINCE: &str = cases!(
    "(f.registered_at, f.case_id) < ($1, $2) AND f.province = $4 AND ($5 = 0 OR f.state = $5)
     ORDER BY f.registered_at DESC, f.case_id DESC LIMIT $3"
);
const NEWEST_OPEN: &str = cases!(
    "(f.registered_at, f.case_id) < ($1, $2) AND f.closed_at IS NULL AND ($4 = '' OR f.province = $4) AND f.state = $5
     ORDER BY f.registered_at DESC, f.case_id DESC LIMIT $3"
);
const NEWEST_OF_CITIZEN: &str = cases!(
    "(f.registered_at, f.case_id) < ($1, $2) AND f.citizen_hash = $4
     ORDER BY f.registered_at DESC, f.case_id DESC LIMIT $3"
);

/// The states whose cases are closed.
const CLOSED: [i16; 2] = [CaseState::Answered as i16, CaseState::Withdrawn as i16];

/// One case by its id.
pub async fn by_id(db: &PgPool, id: CaseId) -> sqlx::Result<Option<CaseRow>> {
    sqlx::query_as(BY_ID).bind(id.0).fetch_optional(db).await
}

/// One case by its tracking code.
pub async fn by_code(db: &PgPool, code: TrackingCode) -> sqlx::Result<Option<CaseRow>> {
    sqlx::query_as(BY_CODE).bind(code.to_string()).fetch_optional(db).await
}

/// At most `limit` cases below a place, newest first.
pub async fn page(db: &PgPool, which: Which<'_>, below: Below, limit: i64) -> sqlx::Result<Vec<CaseRow>> {
    let statement = match which {
        Which::OfCitizen(_) => NEWEST_OF_CITIZEN,
        Which::Listed { state, .. } if state != 0 && !CLOSED.contains(&state) => NEWEST_OPEN,
        Which::Listed { province: "", .. } => NEWEST,
        Which::Listed { .. } => NEWEST_IN_PROVINCE,
    };
    let query = sqlx::query_as(statement).bind(wire(below.registered_at)).bind(below.case_id).bind(limit);
    match which {
        Which::OfCitizen(hash) => query.bind(hash),
        Which::Listed { province, state } => query.bind(province).bind(state),
    }
    .fetch_all(db)
    .await
}
