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
    /// Those that a program filed.
    Filed(&'a Filed),
}

/// Which of a program's cases a page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// What its contacts are marked with: `open311/` and its account.
    pub source: String,
    /// Registered from here on.
    pub from: Timestamp,
    /// Registered before.
    pub until: Timestamp,
    /// These only; none: any.
    pub ids: Vec<Uuid>,
    /// Of these topics only; none: of any.
    pub topics: Vec<String>,
    /// Whether they are open.
    pub open: Option<bool>,
    /// Only those that were referred or closed from here on, and before.
    pub changed: Option<(Timestamp, Timestamp)>,
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
        cases!("case_file f", $condition)
    };
    ($from:literal, $condition:literal) => {
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
             FROM ",
            $from,
            " JOIN contact c USING (contact_id) WHERE ",
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
    "open_case o JOIN case_file f USING (case_id)",
    "(o.registered_at, o.case_id) < ($1, $2) AND ($4 = '' OR f.province = $4) AND f.state = $5
     ORDER BY o.registered_at DESC, o.case_id DESC LIMIT $3"
);
const NEWEST_OF_CITIZEN: &str = cases!(
    "(f.registered_at, f.case_id) < ($1, $2) AND f.citizen_hash = $4
     ORDER BY f.registered_at DESC, f.case_id DESC LIMIT $3"
);

// The mark's beginning is that of the index.
const NEWEST_FILED: &str = cases!(
    "(f.registered_at, f.case_id) < ($1, $2) AND c.source_reference = $4
     AND c.source_reference LIKE 'open311/%' AND c.case_id IS NOT NULL AND c.recorded_at >= $5 AND c.recorded_at < $6
     AND ($7::uuid[] = '{}' OR f.case_id = ANY($7)) AND ($8::text[] = '{}' OR f.topic = ANY($8))
     AND ($9::boolean IS NULL OR (f.closed_at IS NULL) = $9)
     AND ($10::timestamptz IS NULL OR (f.closed_at >= $10 AND f.closed_at < $11)
          OR EXISTS (SELECT FROM referral_seen s WHERE s.case_id = f.case_id AND s.since >= $10 AND s.since < $11))
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
        Which::Filed(_) => NEWEST_FILED,
        Which::Listed { state, .. } if state != 0 && !CLOSED.contains(&state) => NEWEST_OPEN,
        Which::Listed { province: "", .. } => NEWEST,
        Which::Listed { .. } => NEWEST_IN_PROVINCE,
    };
    let query = sqlx::query_as(statement).bind(wire(below.registered_at)).bind(below.case_id).bind(limit);
    match which {
        Which::OfCitizen(hash) => query.bind(hash),
        Which::Listed { province, state } => query.bind(province).bind(state),
        Which::Filed(filed) => query
            .bind(&filed.source)
            .bind(wire(filed.from))
            .bind(wire(filed.until))
            .bind(&filed.ids)
            .bind(&filed.topics)
            .bind(filed.open)
            .bind(filed.changed.map(|(from, _)| wire(from)))
            .bind(filed.changed.map(|(_, until)| wire(until))),
    }
    .fetch_all(db)
    .await
}
