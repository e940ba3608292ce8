//! Public meetings to which agencies are invited.

use std::collections::HashMap;

use anyhow::Result;
use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;

use crate::domain::meeting::{Invitation, Moved};

type Row = (String, Option<jiff_sqlx::Timestamp>, Option<String>, Option<jiff_sqlx::Timestamp>);

/// The latest change of each of these meetings, where any was heard; nobody else hears of them until the transaction ends.
pub async fn lock(db: &mut PgConnection, meetings: &[&str]) -> Result<HashMap<String, Moved>> {
    sqlx::query("INSERT INTO meeting (meeting) SELECT * FROM UNNEST($1::text[]) ON CONFLICT DO NOTHING")
        .bind(meetings)
        .execute(&mut *db)
        .await?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT meeting, called_at, place_fa, starts_at FROM meeting WHERE meeting = ANY($1)
         ORDER BY meeting FOR UPDATE",
    )
    .bind(meetings)
    .fetch_all(db)
    .await?;
    let moved = |(meeting, called_at, place, starts_at): Row| {
        let (called_at, starts_at) = (called_at?.to_jiff(), starts_at?.to_jiff());
        Some((meeting, Moved { called_at, place: place?, starts_at }))
    };
    Ok(rows.into_iter().filter_map(moved).collect())
}

/// Keeps where and when these meetings, which [`lock`] locked, are now.
pub async fn moved(db: &mut PgConnection, meetings: &[(&str, &Moved)]) -> Result<()> {
    sqlx::query(
        "UPDATE meeting m SET called_at = n.called_at, place_fa = n.place_fa, starts_at = n.starts_at
         FROM UNNEST($1::text[], $2::timestamptz[], $3::text[], $4::timestamptz[])
              AS n (meeting, called_at, place_fa, starts_at)
         WHERE m.meeting = n.meeting",
    )
    .bind(meetings.iter().map(|(meeting, _)| *meeting).collect::<Vec<_>>())
    .bind(meetings.iter().map(|(_, moved)| moved.called_at.to_sqlx()).collect::<Vec<_>>())
    .bind(meetings.iter().map(|(_, moved)| moved.place.as_str()).collect::<Vec<_>>())
    .bind(meetings.iter().map(|(_, moved)| moved.starts_at.to_sqlx()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Who was invited to these meetings.
pub async fn invited(db: &mut PgConnection, meetings: &[&str]) -> Result<Vec<Invitation>> {
    let rows: Vec<(String, String, String, jiff_sqlx::Timestamp)> = sqlx::query_as(
        "SELECT meeting, agency, place_fa, starts_at FROM meeting_invitation WHERE meeting = ANY($1)
         ORDER BY meeting, agency",
    )
    .bind(meetings)
    .fetch_all(db)
    .await?;
    let invitation = |(meeting, agency, place, starts_at): (_, _, _, jiff_sqlx::Timestamp)| Invitation {
        meeting,
        agency,
        place,
        starts_at: starts_at.to_jiff(),
    };
    Ok(rows.into_iter().map(invitation).collect())
}

/// Keeps where and when agencies were told to come, each once a statement.
pub async fn told(db: &mut PgConnection, invitations: &[Invitation]) -> Result<()> {
    sqlx::query(
        "INSERT INTO meeting_invitation (meeting, agency, place_fa, starts_at)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::timestamptz[])
         ON CONFLICT (meeting, agency) DO UPDATE SET place_fa = excluded.place_fa, starts_at = excluded.starts_at",
    )
    .bind(invitations.iter().map(|i| i.meeting.as_str()).collect::<Vec<_>>())
    .bind(invitations.iter().map(|i| i.agency.as_str()).collect::<Vec<_>>())
    .bind(invitations.iter().map(|i| i.place.as_str()).collect::<Vec<_>>())
    .bind(invitations.iter().map(|i| i.starts_at.to_sqlx()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}
