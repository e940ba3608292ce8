//! Terms of office. Written under the tree's lock, never changed.

use jiff_sqlx::{Date, ToSqlx};
use sqlx::{PgConnection, Row as _, postgres::PgRow};

use super::Corrupt;
use crate::domain::office::Term;

fn term(row: &PgRow) -> Result<Term, sqlx::Error> {
    let version: i32 = row.try_get("version")?;
    Ok(Term {
        agency: row.try_get("agency")?,
        province: row.try_get("province")?,
        manager: row.try_get("manager")?,
        name_fa: row.try_get("name_fa")?,
        title_fa: row.try_get("title_fa")?,
        first_day: row.try_get::<Date, _>("first_day")?.to_jiff(),
        last_day: row.try_get::<Option<Date>, _>("last_day")?.map(Date::to_jiff),
        version: version.try_into().map_err(|_| sqlx::Error::Decode(Box::new(Corrupt("term"))))?,
        withdrawn: row.try_get("withdrawn")?,
    })
}

/// The newest version of each term of these agencies, by agency and first day; none given: of every agency.
pub async fn newest(db: &mut PgConnection, agencies: Option<&[String]>) -> Result<Vec<Term>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT DISTINCT ON (agency, first_day) *
         FROM manager_term WHERE $1::text[] IS NULL OR agency = ANY($1)
         ORDER BY agency, first_day, version DESC",
    )
    .bind(agencies)
    .fetch_all(db)
    .await?;
    rows.iter().map(term).collect()
}

/// Keeps new versions.
pub async fn add(db: &mut PgConnection, terms: &[Term], now: jiff::Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO manager_term (agency, province, manager, name_fa, title_fa, first_day, last_day, version,
                                   withdrawn, recorded_at)
         SELECT *, $10 FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[],
                                   $8::int[], $9::bool[])",
    )
    .bind(terms.iter().map(|t| t.agency.as_str()).collect::<Vec<_>>())
    .bind(terms.iter().map(|t| t.province.as_str()).collect::<Vec<_>>())
    .bind(terms.iter().map(|t| t.manager.as_str()).collect::<Vec<_>>())
    .bind(terms.iter().map(|t| t.name_fa.as_str()).collect::<Vec<_>>())
    .bind(terms.iter().map(|t| t.title_fa.as_str()).collect::<Vec<_>>())
    .bind(terms.iter().map(|t| t.first_day.to_sqlx()).collect::<Vec<_>>())
    .bind(terms.iter().map(|t| t.last_day.map(ToSqlx::to_sqlx)).collect::<Vec<_>>())
    .bind(terms.iter().map(|t| i32::try_from(t.version).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(terms.iter().map(|t| t.withdrawn).collect::<Vec<_>>())
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}
