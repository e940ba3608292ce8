//! Agencies, topics and rules: cached, and read again when an import changed them.

use std::sync::Arc;

use outbox::Newest;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use crate::domain::catalogue::{Agency, Catalogue, Rule, Topic};
use crate::domain::import::Change;
use crate::domain::policy::{Policies, Policy};

/// The catalogue as of one version, with the key of pseudonyms.
#[derive(Debug)]
pub struct Edition {
    version: i64,
    /// Keys pseudonyms; never shown.
    pub pseudonym_key: String,
    /// What decides.
    pub catalogue: Catalogue,
    /// What rulings are decided by.
    pub policies: Policies,
}

impl Edition {
    /// The content type that an agency reads.
    #[must_use]
    pub fn content_type(&self, agency: &str) -> &'static str {
        self.catalogue
            .agencies
            .get(agency)
            .map_or(contracts::json::PROTOBUF, |agency| agency.format.content_type())
    }

    /// The agency's Persian name; empty when it is not known.
    #[must_use]
    pub fn name_fa(&self, agency: &str) -> String {
        self.catalogue.agencies.get(agency).map(|agency| agency.name_fa.clone()).unwrap_or_default()
    }
}

/// The latest edition that was read. Copies share it.
#[derive(Debug, Clone, Default)]
pub struct Catalogues(Newest<Edition>);

impl Catalogues {
    /// The current edition: one cheap look at its version, and a reading only when it moved.
    pub async fn current(&self, connection: &mut PgConnection) -> Result<Arc<Edition>, sqlx::Error> {
        let version: i64 =
            sqlx::query_scalar("SELECT version FROM catalogue_version").fetch_one(&mut *connection).await?;
        match self.0.copy(|edition| edition.version == version) {
            Some(edition) => Ok(edition),
            None => Ok(self.0.keep(load(connection).await?)),
        }
    }
}

/// Reads everything in one statement, so that an import that commits meanwhile is seen whole or not at all.
async fn load(connection: &mut PgConnection) -> Result<Edition, sqlx::Error> {
    type Row = (i64, String, Json<Vec<Agency>>, Json<Vec<Topic>>, Json<Vec<Rule>>, Json<Vec<Policy>>);
    let (version, pseudonym_key, agencies, topics, rules, policies): Row = sqlx::query_as(
        "SELECT version, pseudonym_key,
                (SELECT COALESCE(jsonb_agg(a), '[]') FROM agency a),
                (SELECT COALESCE(jsonb_agg(t), '[]') FROM topic t),
                (SELECT COALESCE(jsonb_agg(r), '[]') FROM rule r),
                (SELECT COALESCE(jsonb_agg(p), '[]') FROM ruling_policy p)
         FROM catalogue_version",
    )
    .fetch_one(connection)
    .await?;
    let catalogue = Catalogue::new(agencies.0, topics.0, rules.0);
    Ok(Edition { version, pseudonym_key, catalogue, policies: Policies::new(policies.0) })
}

/// The current edition, which nobody else changes until the transaction ends.
pub async fn lock(connection: &mut PgConnection) -> Result<Edition, sqlx::Error> {
    sqlx::query("SELECT 1 FROM catalogue_version FOR UPDATE").execute(&mut *connection).await?;
    load(connection).await
}

/// Writes what an import changes and moves the version.
pub async fn save(connection: &mut PgConnection, change: &Change<'_>) -> Result<(), sqlx::Error> {
    let agencies = || change.added.iter().chain(&change.changed);
    sqlx::query(
        "INSERT INTO agency (code, province, name_fa, name_en, format, supervisor)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::text[])
         ON CONFLICT (code) DO UPDATE SET province = EXCLUDED.province, name_fa = EXCLUDED.name_fa,
             name_en = EXCLUDED.name_en, format = EXCLUDED.format, supervisor = EXCLUDED.supervisor",
    )
    .bind(agencies().map(|a| a.code.as_str()).collect::<Vec<_>>())
    .bind(agencies().map(|a| a.province.as_str()).collect::<Vec<_>>())
    .bind(agencies().map(|a| a.name_fa.as_str()).collect::<Vec<_>>())
    .bind(agencies().map(|a| a.name_en.as_str()).collect::<Vec<_>>())
    .bind(agencies().map(|a| a.format as i16).collect::<Vec<_>>())
    .bind(agencies().map(|a| a.supervisor.as_str()).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO topic (code, parent, name_fa, name_en)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[])
         ON CONFLICT (code) DO UPDATE SET parent = EXCLUDED.parent, name_fa = EXCLUDED.name_fa,
             name_en = EXCLUDED.name_en",
    )
    .bind(change.topics.iter().map(|t| t.code.as_str()).collect::<Vec<_>>())
    .bind(change.topics.iter().map(|t| t.parent.as_str()).collect::<Vec<_>>())
    .bind(change.topics.iter().map(|t| t.name_fa.as_str()).collect::<Vec<_>>())
    .bind(change.topics.iter().map(|t| t.name_en.as_str()).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO rule (topic, province, county, agency, also)
         SELECT r.topic, r.province, r.county, r.agency, r.also FROM jsonb_populate_recordset(NULL::rule, $1) r
         ON CONFLICT (topic, province, county) DO UPDATE SET agency = EXCLUDED.agency, also = EXCLUDED.also",
    )
    .bind(Json(&change.rules))
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE catalogue_version SET version = version + 1").execute(connection).await?;
    Ok(())
}

/// Every agency's code.
pub async fn agency_codes(db: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT code FROM agency ORDER BY code").fetch_all(db).await
}
