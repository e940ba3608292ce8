//! Contacts and the cases opened with them.

use std::collections::{BTreeMap, HashSet};

use contracts::intake::Channel;
use contracts::{CaseId, ContactId, TrackingCode};
use jiff::Timestamp;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::domain::contact::{Contact, Ending};
use crate::domain::matter::Traces;
use crate::store::{Corrupt, wire};

/// A contact about to be stored.
pub struct NewContact<'a> {
    /// Its id.
    pub id: ContactId,
    /// The case it becomes or adds to; none when guidance ends it.
    pub case_id: Option<CaseId>,
    /// What was read.
    pub contact: &'a Contact,
    /// The programme whose policy governs its case.
    pub programme: &'a str,
    /// Keyed hash of the request's content.
    pub digest: &'a [u8],
    /// The citizen, sealed; none without identity.
    pub sealed_citizen: Option<Vec<u8>>,
    /// By what its case is found again while it is open.
    pub traces: &'a Traces,
    /// Whether agencies may learn the matter only (rule 9).
    pub confidential: bool,
    /// Of whose manager it complains; empty: of nobody's.
    pub about_manager: String,
}

/// A case about to be opened.
pub struct NewCase<'a> {
    /// Its id.
    pub id: CaseId,
    /// The contact that it comes from.
    pub from: &'a NewContact<'a>,
    /// What the citizen is told.
    pub promised_at: Option<Timestamp>,
}

/// What was answered to a request key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Keyed hash of the content that it was answered for.
    pub digest: Vec<u8>,
    /// The contact.
    pub contact_id: ContactId,
    /// The case, its code and its promise; none for guidance.
    pub case: Option<(CaseId, TrackingCode, Option<Timestamp>)>,
}

/// Stores those contacts whose request key is new; the ids of those stored.
/// Waits for another transaction that is storing the same key.
pub async fn insert(db: &mut PgConnection, new: &[NewContact<'_>]) -> sqlx::Result<HashSet<ContactId>> {
    let texts = |field: fn(&Contact) -> &str| new.iter().map(|n| field(n.contact)).collect::<Vec<&str>>();
    let (rungs, citations): (Vec<i16>, Vec<&str>) = new.iter().map(|n| guidance(&n.contact.ending)).unzip();
    let rows = sqlx::query(
        "INSERT INTO contact (contact_id, request_key, request_digest, case_id, channel, kind, province, county, centre,
             topic, statement, place, guidance_rung, guidance_citation, programme, target_at, source_reference,
             occurred_at, recorded_at, sealed_citizen)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::bytea[], $4::uuid[], $5::smallint[], $6::smallint[], $7::text[],
             $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::smallint[], $14::text[], $15::text[],
             $16::timestamptz[], $17::text[], $18::timestamptz[], $19::timestamptz[], $20::bytea[])
         ON CONFLICT (request_key) DO NOTHING RETURNING contact_id",
    )
    .bind(new.iter().map(|n| n.id.0).collect::<Vec<_>>())
    .bind(texts(|c| &c.request_key))
    .bind(new.iter().map(|n| n.digest).collect::<Vec<_>>())
    .bind(new.iter().map(|n| n.case_id.map(|id| id.0)).collect::<Vec<_>>())
    .bind(new.iter().map(|n| small(n.contact.channel.into())).collect::<Vec<_>>())
    .bind(new.iter().map(|n| small(n.contact.kind.into())).collect::<Vec<_>>())
    .bind(texts(|c| &c.province))
    .bind(texts(|c| &c.county))
    .bind(texts(|c| &c.centre))
    .bind(texts(|c| &c.topic))
    .bind(texts(|c| &c.text))
    .bind(texts(|c| &c.place))
    .bind(rungs)
    .bind(citations)
    .bind(new.iter().map(|n| n.programme).collect::<Vec<_>>())
    .bind(new.iter().map(|n| n.contact.target_at.map(wire)).collect::<Vec<_>>())
    .bind(texts(|c| &c.source_reference))
    .bind(new.iter().map(|n| wire(n.contact.occurred_at)).collect::<Vec<_>>())
    .bind(new.iter().map(|n| wire(n.contact.recorded_at)).collect::<Vec<_>>())
    .bind(new.iter().map(|n| n.sealed_citizen.as_deref()).collect::<Vec<Option<&[u8]>>>())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok(ContactId(row.try_get("contact_id")?))).collect()
}

/// Opens cases under these codes; those whose code was taken are not opened and not in the answer.
pub async fn open(
    db: &mut PgConnection,
    new: &[(&NewCase<'_>, TrackingCode)],
) -> sqlx::Result<HashSet<CaseId>> {
    let texts =
        |field: fn(&Contact) -> &str| new.iter().map(|(n, _)| field(n.from.contact)).collect::<Vec<&str>>();
    let rows = sqlx::query(
        "WITH opened AS (
             INSERT INTO case_file (case_id, contact_id, tracking_code, province, county, topic, citizen_hash, registered_at,
                 promised_at, caller_hash, matter_a, matter_b, confidential, about_manager)
             SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[],
                 $8::timestamptz[], $9::timestamptz[], $10::bytea[], $11::bigint[], $12::bigint[], $13::boolean[],
                 $14::text[])
             ON CONFLICT (tracking_code) DO NOTHING
             RETURNING case_id, registered_at, citizen_hash, caller_hash, matter_a, matter_b)
         INSERT INTO open_case SELECT * FROM opened RETURNING case_id",
    )
    .bind(new.iter().map(|(n, _)| n.id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|(n, _)| n.from.id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|(_, code)| code.to_string()).collect::<Vec<_>>())
    .bind(texts(|c| &c.province))
    .bind(texts(|c| &c.county))
    .bind(texts(|c| &c.topic))
    .bind(new.iter().map(|(n, _)| n.from.traces.citizen_hash.as_ref().map(<[u8; 32]>::as_slice)).collect::<Vec<Option<&[u8]>>>())
    .bind(new.iter().map(|(n, _)| wire(n.from.contact.recorded_at)).collect::<Vec<_>>())
    .bind(new.iter().map(|(n, _)| n.promised_at.map(wire)).collect::<Vec<_>>())
    .bind(new.iter().map(|(n, _)| n.from.traces.caller_hash.as_ref().map(<[u8; 32]>::as_slice)).collect::<Vec<Option<&[u8]>>>())
    .bind(new.iter().map(|(n, _)| n.from.traces.matter.map(|[a, _]| a)).collect::<Vec<_>>())
    .bind(new.iter().map(|(n, _)| n.from.traces.matter.map(|[_, b]| b)).collect::<Vec<_>>())
    .bind(new.iter().map(|(n, _)| n.from.confidential).collect::<Vec<_>>())
    .bind(new.iter().map(|(n, _)| n.from.about_manager.as_str()).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok(CaseId(row.try_get("case_id")?))).collect()
}

/// What was answered to these keys before.
pub async fn kept(db: &mut PgConnection, keys: &[&str]) -> anyhow::Result<BTreeMap<String, Kept>> {
    let rows = sqlx::query(
        "SELECT c.request_key, c.request_digest, c.contact_id, f.case_id, f.tracking_code, f.promised_at
         FROM contact c LEFT JOIN case_file f USING (case_id) WHERE c.request_key = ANY($1)",
    )
    .bind(keys)
    .fetch_all(db)
    .await?;
    let read = |row: &sqlx::postgres::PgRow| -> anyhow::Result<(String, Kept)> {
        let case = match row.try_get::<Option<Uuid>, _>("case_id")? {
            Some(id) => {
                let promised_at = row.try_get::<Option<jiff_sqlx::Timestamp>, _>("promised_at")?;
                let code = row.try_get::<String, _>("tracking_code")?.parse()?;
                Some((CaseId(id), code, promised_at.map(jiff_sqlx::Timestamp::to_jiff)))
            }
            None => None,
        };
        let kept = Kept {
            digest: row.try_get("request_digest")?,
            contact_id: ContactId(row.try_get("contact_id")?),
            case,
        };
        Ok((row.try_get("request_key")?, kept))
    };
    rows.iter().map(read).collect()
}

/// The contact that a case comes from, as far as another contact follows from it.
pub struct First {
    /// How it reached the centre.
    pub channel: Channel,
    /// The centre that took it.
    pub centre: String,
    /// Where the matter lies.
    pub place: String,
    /// The citizen, sealed; none without identity.
    pub sealed_citizen: Option<Vec<u8>>,
}

/// The contact that this case comes from.
pub async fn first_of(db: &mut PgConnection, case: CaseId) -> anyhow::Result<First> {
    let row = sqlx::query(
        "SELECT c.channel, c.centre, c.place, c.sealed_citizen FROM case_file f JOIN contact c USING (contact_id)
         WHERE f.case_id = $1",
    )
    .bind(case.0)
    .fetch_one(db)
    .await?;
    Ok(First {
        channel: Channel::try_from(i32::from(row.try_get::<i16, _>("channel")?))
            .map_err(|_| Corrupt("channel of a contact"))?,
        centre: row.try_get("centre")?,
        place: row.try_get("place")?,
        sealed_citizen: row.try_get("sealed_citizen")?,
    })
}

fn guidance(ending: &Ending) -> (i16, &str) {
    match ending {
        Ending::Guidance { rung, citation, .. } => (small((*rung).into()), citation),
        Ending::Registered | Ending::InactionComplaint { .. } | Ending::Addition { .. } => (0, ""),
    }
}

/// Numbers of the contracts' enums are small.
fn small(number: i32) -> i16 {
    i16::try_from(number).unwrap_or_default()
}
