//! The guidance base.

use std::collections::BTreeMap;

use contracts::intake::{GuidanceEntry, GuidanceKind, GuidanceRung};
use contracts::timestamp;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row};

use crate::domain::guidance::{Found, Query, Standing};
use crate::store::{Corrupt, wire};

/// A version about to be kept.
pub struct NewVersion<'a> {
    /// What it says, with its version.
    pub entry: &'a GuidanceEntry,
    /// The hash of its content.
    pub digest: Vec<u8>,
    /// What it is found by.
    pub index: Found,
}

/// The newest version of each of these entries, while no other import goes on.
pub async fn standing(db: &mut PgConnection, entries: &[&str]) -> anyhow::Result<BTreeMap<String, Standing>> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('intake.guidance'))").execute(&mut *db).await?;
    let rows =
        sqlx::query("SELECT entry, version, digest FROM guidance_entry WHERE entry = ANY($1) AND is_current")
            .bind(entries)
            .fetch_all(db)
            .await?;
    let read = |row: &PgRow| {
        let version = version(row.try_get("version")?)?;
        Ok((row.try_get("entry")?, Standing { version, digest: row.try_get("digest")? }))
    };
    rows.iter().map(read).collect()
}

/// Keeps versions, each as the one that holds now.
pub async fn keep(db: &mut PgConnection, new: &[NewVersion<'_>], at: Timestamp) -> sqlx::Result<()> {
    let texts = |field: fn(&GuidanceEntry) -> &str| new.iter().map(|n| field(n.entry)).collect::<Vec<&str>>();
    let joined = |field: fn(&GuidanceEntry) -> &[String]| {
        new.iter().map(|n| field(n.entry).join("\n")).collect::<Vec<_>>()
    };
    let rungs = |n: &NewVersion<'_>| n.entry.rungs.iter().map(i32::to_string).collect::<Vec<_>>().join("\n");
    sqlx::query("UPDATE guidance_entry SET is_current = false WHERE entry = ANY($1) AND is_current")
        .bind(texts(|e| &e.entry))
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO guidance_entry (entry, version, kind, province, agency, topics, title, keywords, body, lawful_way, source,
             rungs, withdrawn, adopted_at, digest, lexemes, sound)
         SELECT entry, version, kind, province, agency, string_to_array(topics, E'\\n'), title, string_to_array(keywords, E'\\n'),
             body, lawful_way, source, string_to_array(rungs, E'\\n')::smallint[], withdrawn, $14, digest, lexemes::tsvector, sound
         FROM UNNEST($1::text[], $2::integer[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
             $9::text[], $10::text[], $11::text[], $12::text[], $13::boolean[], $15::bytea[], $16::text[], $17::text[])
             AS new (entry, version, kind, province, agency, topics, title, keywords, body, lawful_way, source, rungs, withdrawn,
                 digest, lexemes, sound)",
    )
    .bind(texts(|e| &e.entry))
    .bind(new.iter().map(|n| i32::try_from(n.entry.version).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(new.iter().map(|n| i16::try_from(n.entry.kind).unwrap_or_default()).collect::<Vec<_>>())
    .bind(texts(|e| &e.province))
    .bind(texts(|e| &e.agency))
    .bind(joined(|e| &e.topics))
    .bind(texts(|e| &e.title))
    .bind(joined(|e| &e.keywords))
    .bind(texts(|e| &e.text))
    .bind(texts(|e| &e.lawful_way))
    .bind(texts(|e| &e.source))
    .bind(new.iter().map(rungs).collect::<Vec<_>>())
    .bind(new.iter().map(|n| n.entry.withdrawn).collect::<Vec<_>>())
    .bind(wire(at))
    .bind(new.iter().map(|n| n.digest.as_slice()).collect::<Vec<_>>())
    .bind(new.iter().map(|n| n.index.lexemes.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|n| n.index.sound.as_str()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// At most `limit` entries that fit, best first, each with how well it fits.
///
/// Whatever shares a stem or sounds like a word of the title is looked at, each from its index and some hundreds at most; all of the words together weigh most, then
/// how telling the stems are, then the sound, which finds what is misspelt.
pub async fn search(
    db: &PgPool,
    query: &Query,
    province: &str,
    topics: &[String],
    limit: i64,
) -> anyhow::Result<Vec<(GuidanceEntry, f32)>> {
    let rows = sqlx::query(
        "WITH hit AS (
             (SELECT entry, version FROM guidance_entry WHERE is_current AND NOT withdrawn AND lexemes @@ $2::tsquery LIMIT 500)
             UNION
             (SELECT entry, version FROM guidance_entry WHERE is_current AND NOT withdrawn AND lexemes @@ $1::tsquery LIMIT 500)
             UNION
             SELECT near.entry, near.version FROM unnest($3::text[]) AS word CROSS JOIN LATERAL (
                 SELECT entry, version FROM guidance_entry WHERE is_current AND NOT withdrawn AND sound %> word LIMIT 100) AS near
         )
         SELECT g.*, ((lexemes @@ $2::tsquery)::integer + ts_rank(lexemes, $1::tsquery) + 0.5 *
             (SELECT coalesce(avg(word_similarity(word, sound)), 0) FROM unnest($3::text[]) AS word))::real AS score
         FROM hit JOIN guidance_entry g USING (entry, version)
         WHERE (province = '' OR province = $4) AND (cardinality($5::text[]) = 0 OR topics = '{}' OR topics && $5)
         ORDER BY score DESC, entry LIMIT $6",
    )
    .bind(&query.any)
    .bind(&query.all)
    .bind(&query.sounds)
    .bind(province)
    .bind(topics)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((entry(row)?, row.try_get("score")?))).collect()
}

/// One entry in a version; 0: the newest.
pub async fn one(db: &PgPool, code: &str, version: u32) -> anyhow::Result<Option<GuidanceEntry>> {
    let row = sqlx::query(
        "SELECT * FROM guidance_entry WHERE entry = $1 AND ($2 = 0 AND is_current OR version = $2)",
    )
    .bind(code)
    .bind(i32::try_from(version).unwrap_or(i32::MAX))
    .fetch_optional(db)
    .await?;
    row.as_ref().map(entry).transpose()
}

fn version(number: i32) -> Result<u32, Corrupt> {
    u32::try_from(number).map_err(|_| Corrupt("version of an entry"))
}

pub(super) fn rungs(row: &PgRow) -> anyhow::Result<Vec<GuidanceRung>> {
    let numbers: Vec<i16> = row.try_get("rungs")?;
    let rung = |number: i16| GuidanceRung::try_from(i32::from(number)).map_err(|_| Corrupt("rung").into());
    numbers.into_iter().map(rung).collect()
}

fn entry(row: &PgRow) -> anyhow::Result<GuidanceEntry> {
    let kind = i32::from(row.try_get::<i16, _>("kind")?);
    Ok(GuidanceEntry {
        entry: row.try_get("entry")?,
        version: version(row.try_get("version")?)?,
        kind: GuidanceKind::try_from(kind).map_err(|_| Corrupt("kind of an entry"))?.into(),
        province: row.try_get("province")?,
        agency: row.try_get("agency")?,
        topics: row.try_get("topics")?,
        title: row.try_get("title")?,
        keywords: row.try_get("keywords")?,
        text: row.try_get("body")?,
        lawful_way: row.try_get("lawful_way")?,
        source: row.try_get("source")?,
        rungs: rungs(row)?.into_iter().map(i32::from).collect(),
        withdrawn: row.try_get("withdrawn")?,
        adopted_at: Some(timestamp(row.try_get::<jiff_sqlx::Timestamp, _>("adopted_at")?.to_jiff())),
    })
}
