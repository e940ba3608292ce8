//! What the rungs of the ladder rest on, and what of it is kept with a contact. No statement runs for what no contact
//! of a batch asks for.

use std::collections::BTreeMap;

use contracts::{CaseId, ContactId, ReferralId};
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::domain::contact::{CaseKey, Contact, Ending, EntryRef};
use crate::domain::desk::Complained;
use crate::domain::ladder::{About, Cited, Known, Rung};
use crate::domain::rules::Rules;
use crate::store::case_files::referral_state;
use crate::store::{guidance, occasions};

/// Everything that these contacts ask for.
pub async fn known(db: &mut PgConnection, contacts: &[&Contact], rules: &Rules) -> anyhow::Result<Known> {
    let mut known = Known { policies: rules.desk.clone(), ..Known::default() };
    let mut cited: Vec<&EntryRef> = contacts.iter().flat_map(|contact| &contact.shown).collect();
    let mut keys: Vec<&CaseKey> = Vec::new();
    for contact in contacts {
        match &contact.ending {
            Ending::Registered => {}
            Ending::Guidance { entry, .. } => cited.extend(entry),
            Ending::InactionComplaint { about, .. } | Ending::Addition { about } => keys.push(about),
        }
    }
    if !cited.is_empty() {
        known.entries = entries(db, &cited).await?;
    }
    if !keys.is_empty() {
        known.about = cases(db, &keys).await?;
    }
    known.occasions = occasions::known(&mut *db, contacts).await?;
    Ok(known)
}

async fn entries(db: &mut PgConnection, cited: &[&EntryRef]) -> anyhow::Result<BTreeMap<EntryRef, Cited>> {
    let rows = sqlx::query(
        "SELECT DISTINCT asked.version AS asked, g.entry, g.version, g.title, g.source, g.lawful_way, g.rungs, g.withdrawn
         FROM UNNEST($1::text[], $2::integer[]) AS asked (entry, version) JOIN guidance_entry g
             ON g.entry = asked.entry AND (g.version = asked.version OR asked.version = 0 AND g.is_current)",
    )
    .bind(cited.iter().map(|cited| cited.entry.as_str()).collect::<Vec<_>>())
    .bind(cited.iter().map(|cited| i32::try_from(cited.version).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let read = |row: &PgRow| {
        let entry: String = row.try_get("entry")?;
        let (title, source): (String, String) = (row.try_get("title")?, row.try_get("source")?);
        let asked =
            EntryRef { entry: entry.clone(), version: u32::try_from(row.try_get::<i32, _>("asked")?)? };
        let cited = Cited {
            entry,
            version: u32::try_from(row.try_get::<i32, _>("version")?)?,
            quoted: if source.is_empty() { title } else { source },
            lawful_way: row.try_get("lawful_way")?,
            rungs: guidance::rungs(row)?,
            withdrawn: row.try_get("withdrawn")?,
        };
        Ok((asked, cited))
    };
    rows.iter().map(read).collect()
}

/// The cases, locked in the order of their ids: of two complaints of one referral the second sees the first.
async fn cases(db: &mut PgConnection, keys: &[&CaseKey]) -> anyhow::Result<Vec<About>> {
    let ids: Vec<Uuid> =
        keys.iter().filter_map(|key| if let CaseKey::Id(id) = key { Some(id.0) } else { None }).collect();
    let codes = keys
        .iter()
        .filter_map(|key| if let CaseKey::Code(code) = key { Some(code.to_string()) } else { None });
    let rows = sqlx::query(
        "SELECT f.case_id, f.tracking_code, f.promised_at, f.closed_at IS NOT NULL AS answered, f.state = 5 AS withdrawn,
             f.confidential, CASE WHEN f.confidential THEN c.sealed_citizen END AS sealed_citizen, f.about_manager
         FROM case_file f JOIN contact c USING (contact_id)
         WHERE f.case_id = ANY($1) OR f.tracking_code = ANY($2) ORDER BY f.case_id FOR NO KEY UPDATE OF f",
    )
    .bind(ids)
    .bind(codes.collect::<Vec<_>>())
    .fetch_all(&mut *db)
    .await?;
    let about = |row: &PgRow| {
        let case_id = CaseId(row.try_get("case_id")?);
        let (tracking_code, answered) = (row.try_get("tracking_code")?, row.try_get("answered")?);
        Ok(About {
            case_id,
            tracking_code,
            promised_at: instant(row, "promised_at")?,
            answered,
            withdrawn: row.try_get("withdrawn")?,
            confidential: row.try_get("confidential")?,
            sealed_citizen: row.try_get("sealed_citizen")?,
            about_manager: row.try_get("about_manager")?,
            referrals: Vec::new(),
        })
    };
    let mut cases: Vec<About> = rows.iter().map(about).collect::<sqlx::Result<_>>()?;
    for (case_id, referral, complained) in referrals(db, &cases).await? {
        if let Some(case) = cases.iter_mut().find(|case| case.case_id == case_id) {
            case.referrals.push((referral, complained));
        }
    }
    Ok(cases)
}

async fn referrals(
    db: &mut PgConnection,
    cases: &[About],
) -> anyhow::Result<Vec<(CaseId, Complained, bool)>> {
    let rows = sqlx::query(
        "SELECT r.case_id, r.referral_id, r.agency, r.state, r.since, d.due_at, EXISTS (
             SELECT FROM contact_note n JOIN case_file f ON f.case_id = n.complaint
             WHERE n.about_referral = r.referral_id AND f.closed_at IS NULL) AS complained
         FROM referral_seen r LEFT JOIN referral_due d USING (referral_id) WHERE r.case_id = ANY($1) ORDER BY r.referral_id",
    )
    .bind(cases.iter().map(|case| case.case_id.0).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let read = |row: &PgRow| {
        let complained = Complained {
            referral_id: ReferralId(row.try_get("referral_id")?),
            agency: row.try_get("agency")?,
            state: referral_state(row)?,
            since: instant(row, "since")?,
            due_at: instant(row, "due_at")?,
        };
        Ok((CaseId(row.try_get("case_id")?), complained, row.try_get("complained")?))
    };
    rows.iter().map(read).collect()
}

fn instant(row: &PgRow, name: &str) -> sqlx::Result<Option<Timestamp>> {
    Ok(row.try_get::<Option<jiff_sqlx::Timestamp>, _>(name)?.map(jiff_sqlx::Timestamp::to_jiff))
}

/// What is kept with a new contact.
pub struct Note<'a> {
    /// The contact.
    pub contact_id: ContactId,
    /// The case that it opened, if any.
    pub opened: Option<CaseId>,
    /// The contact as read.
    pub contact: &'a Contact,
    /// What its rung rests on.
    pub rung: &'a Rung<'a>,
}

/// Keeps what operators were shown and cited, and what only some contacts have.
pub async fn keep(db: &mut PgConnection, notes: &[Note<'_>]) -> sqlx::Result<()> {
    let shown = notes.iter().flat_map(|note| {
        let cited = note.rung.cited.iter().map(|cited| (0, *cited));
        let shown = (1_i16..).zip(note.rung.shown.iter().copied());
        cited.chain(shown).map(|(place, entry)| (note.contact_id.0, place, entry))
    });
    let shown: Vec<(Uuid, i16, &Cited)> = shown.collect();
    if !shown.is_empty() {
        sqlx::query(
            "INSERT INTO contact_guidance (contact_id, place, entry, version)
             SELECT * FROM UNNEST($1::uuid[], $2::smallint[], $3::text[], $4::integer[])",
        )
        .bind(shown.iter().map(|(id, ..)| *id).collect::<Vec<_>>())
        .bind(shown.iter().map(|(_, place, _)| *place).collect::<Vec<_>>())
        .bind(shown.iter().map(|(.., entry)| entry.entry.as_str()).collect::<Vec<_>>())
        .bind(
            shown
                .iter()
                .map(|(.., entry)| i32::try_from(entry.version).unwrap_or(i32::MAX))
                .collect::<Vec<_>>(),
        )
        .execute(&mut *db)
        .await?;
    }
    let noted: Vec<&Note<'_>> = notes.iter().filter(|note| note.says_something()).collect();
    if noted.is_empty() {
        return Ok(());
    }
    let call = |note: &&Note<'_>| Some(note.contact.call_id.clone()).filter(|id| !id.is_empty());
    sqlx::query(
        "INSERT INTO contact_note (contact_id, call_id, about_referral, complaint, about_case, lawful_way, new_case_reason)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[])",
    )
    .bind(noted.iter().map(|note| note.contact_id.0).collect::<Vec<_>>())
    .bind(noted.iter().map(call).collect::<Vec<_>>())
    .bind(noted.iter().map(|note| note.rung.referral.map(|r| r.referral_id.0)).collect::<Vec<_>>())
    .bind(noted.iter().map(|note| note.rung.referral.and(note.opened).map(|id| id.0)).collect::<Vec<_>>())
    .bind(noted.iter().map(|note| note.rung.about.map(|about| about.case_id.0)).collect::<Vec<_>>())
    .bind(noted.iter().map(|note| note.rung.lawful_way).collect::<Vec<_>>())
    .bind(noted.iter().map(|note| note.contact.new_case_reason.as_str()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

impl Note<'_> {
    fn says_something(&self) -> bool {
        let said = [&*self.contact.call_id, self.rung.lawful_way, &*self.contact.new_case_reason];
        self.rung.about.is_some() || said.iter().any(|text| !text.is_empty())
    }
}
