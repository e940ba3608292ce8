//! Actions with their verdicts.

use std::collections::HashMap;

use contracts::{ActionId, ReferralId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::corrupt;
use crate::domain::action::{Draft, Kind};
use crate::domain::journal::{Key, Verdict};
use crate::domain::refusal::{Code, Refusal};

/// Actions of one case that are listed at most.
const LISTED: i64 = 5_000;

/// An action that is new, and what became of it.
#[derive(Debug)]
pub struct NewAction<'a> {
    /// What makes it itself.
    pub key: &'a Key,
    /// What it says; as far as it could be read and kept.
    pub draft: Option<&'a Draft>,
    /// When it was recorded or refused.
    pub at: Timestamp,
    /// Why it was refused, if it was.
    pub refusal: Option<&'a Refusal>,
}

/// A recorded action.
#[derive(Debug)]
pub struct RecordedAction {
    /// Whose it is.
    pub referral_id: ReferralId,
    /// Chosen by the agency.
    pub action_id: ActionId,
    /// What was done.
    pub kind: Kind,
    /// For the citizen to read.
    pub text: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

type VerdictRow = (Uuid, Uuid, String, Option<String>, Option<String>, bool);

/// The verdicts of those of these actions that came before; an answer that a reviewer did not let pass is refused by now.
pub async fn verdicts(
    connection: &mut PgConnection,
    keys: &[&Key],
) -> Result<HashMap<Key, Verdict>, sqlx::Error> {
    let rows: Vec<VerdictRow> = sqlx::query_as(
        "SELECT a.referral_id, a.action_id, a.agency, a.refusal, a.refused_field, h.action_id IS NOT NULL
         FROM action a
              JOIN UNNEST($1::uuid[], $2::uuid[], $3::text[]) AS asked (referral_id, action_id, agency)
                  USING (referral_id, action_id, agency)
              LEFT JOIN held_answer h ON h.referral_id = a.referral_id AND h.action_id = a.action_id AND NOT h.passed",
    )
    .bind(keys.iter().map(|k| k.referral).collect::<Vec<_>>())
    .bind(keys.iter().map(|k| k.action).collect::<Vec<_>>())
    .bind(keys.iter().map(|k| k.agency.as_str()).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    let verdict = |(referral, action, agency, refusal, field, was_rejected): VerdictRow| {
        let verdict = match refusal {
            None if was_rejected => Err(Code::AnswerRejected.into()),
            None => Ok(()),
            Some(word) => {
                let code = Code::from_word(&word).ok_or_else(|| corrupt("refusal"))?;
                Err(Refusal { code, field: field.unwrap_or_default().into() })
            }
        };
        Ok((Key { referral, action, agency }, verdict))
    };
    rows.into_iter().map(verdict).collect()
}

/// Stores new actions. A key that another replica stored meanwhile fails the batch, which is then tried again.
pub async fn insert(connection: &mut PgConnection, new: &[NewAction<'_>]) -> Result<(), sqlx::Error> {
    let nothing = Draft::default();
    let drafts: Vec<&Draft> = new.iter().map(|a| a.draft.unwrap_or(&nothing)).collect();
    sqlx::query(
        "INSERT INTO action (referral_id, action_id, agency, recorded_at, refusal, refused_field, kind, outcome,
                             text, legal_reason, acted_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[],
                              $7::smallint[], $8::smallint[], $9::text[], $10::text[], $11::timestamptz[])",
    )
    .bind(new.iter().map(|a| a.key.referral).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.key.action).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.key.agency.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.at.to_sqlx()).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.refusal.map(|r| r.code.word())).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.refusal.map(|r| r.field.as_ref())).collect::<Vec<_>>())
    .bind(drafts.iter().map(|d| i16::try_from(d.kind).unwrap_or(0)).collect::<Vec<_>>())
    .bind(drafts.iter().map(|d| i16::try_from(d.outcome).unwrap_or(0)).collect::<Vec<_>>())
    .bind(drafts.iter().map(|d| d.text.as_str()).collect::<Vec<_>>())
    .bind(drafts.iter().map(|d| d.legal_reason.as_str()).collect::<Vec<_>>())
    .bind(drafts.iter().map(|d| d.acted_at.map(ToSqlx::to_sqlx)).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The recorded actions on these referrals, oldest first.
pub async fn recorded(db: &PgPool, referrals: &[Uuid]) -> Result<Vec<RecordedAction>, sqlx::Error> {
    let rows: Vec<(Uuid, Uuid, i16, String, jiff_sqlx::Timestamp)> = sqlx::query_as(
        "SELECT referral_id, action_id, kind, text, recorded_at FROM action
         WHERE referral_id = ANY($1) AND refusal IS NULL ORDER BY recorded_at, action_id LIMIT $2",
    )
    .bind(referrals)
    .bind(LISTED)
    .fetch_all(db)
    .await?;
    let action = |(referral, action, kind, text, at): (_, _, i16, _, jiff_sqlx::Timestamp)| {
        Ok(RecordedAction {
            referral_id: ReferralId(referral),
            action_id: ActionId(action),
            kind: Kind::from_number(i32::from(kind)).ok_or_else(|| corrupt("action kind"))?,
            text,
            recorded_at: at.to_jiff(),
        })
    };
    rows.into_iter().map(action).collect()
}
