//! Appending to the ledger, and finding what is in it.

use std::collections::HashSet;

use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::PgConnection;
use tlog_tiles::Hash;
use uuid::Uuid;

use super::{Corrupt, hash, signed, unsigned};
use crate::domain::leaf::Leaf;
use crate::domain::proof::TileSet;
use crate::domain::tree::{Edge, Tile, TileKey, edge_keys};

/// The tree as stored: its size, its root and the latest moment at which one of its facts was stated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TreeHead {
    pub size: u64,
    pub root: Hash,
    pub latest_at: jiff::Timestamp,
    /// How many of its leaves are audit's own facts.
    pub own: u64,
}

/// Size, root, latest moment and own leaves as selected.
type HeadRow = (i64, Vec<u8>, Timestamp, i64);

fn tree_head((size, root, latest_at, own): HeadRow) -> Result<TreeHead, sqlx::Error> {
    Ok(TreeHead {
        size: unsigned(size, "tree size")?,
        root: hash(&root, "root")?,
        latest_at: latest_at.to_jiff(),
        own: unsigned(own, "number of own leaves")?,
    })
}

/// Locks the tree until the transaction ends and returns its head: everything that is read after this is current.
/// A joined read would not be: waiting for the lock renews the locked row only, not the rows beside it.
pub async fn lock(db: &mut PgConnection) -> Result<TreeHead, sqlx::Error> {
    let row = sqlx::query_as("SELECT size, root, latest_at, own FROM tree FOR UPDATE").fetch_one(db).await?;
    tree_head(row)
}

/// The tree's head without a lock.
pub async fn head(db: &mut PgConnection) -> Result<TreeHead, sqlx::Error> {
    tree_head(sqlx::query_as("SELECT size, root, latest_at, own FROM tree").fetch_one(db).await?)
}

/// Which of these facts are in the ledger already.
pub async fn known(db: &mut PgConnection, facts: &[Uuid]) -> Result<HashSet<Uuid>, sqlx::Error> {
    let known: Vec<Uuid> = sqlx::query_scalar("SELECT fact_id FROM leaf WHERE fact_id = ANY($1)")
        .bind(facts)
        .fetch_all(db)
        .await?;
    Ok(known.into_iter().collect())
}

/// The right edge of the tree of `size` leaves. Call under [`lock`].
pub async fn edge(db: &mut PgConnection, size: u64) -> Result<Edge, sqlx::Error> {
    let stored = tiles(db, &edge_keys(size)).await?;
    let stored: Vec<Tile> =
        stored.into_iter().map(|((level, index), hashes)| Tile { level, index, hashes }).collect();
    // The ledger is damaged, not the facts that arrive: as an error of the connection it makes them wait for a person,
    // where an error of the row would send every one of them to the dead letters.
    Edge::load(size, &stored).map_err(|e| sqlx::Error::Protocol(e.to_string()))
}

/// These tiles, as far as they are stored.
pub async fn tiles(db: &mut PgConnection, keys: &[TileKey]) -> Result<TileSet, sqlx::Error> {
    let (levels, indexes): (Vec<i16>, Vec<i64>) =
        keys.iter().map(|(level, index)| (i16::from(*level), signed(*index))).unzip();
    let rows: Vec<(i16, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT level, idx, hashes FROM tile JOIN UNNEST($1::smallint[], $2::bigint[]) AS wanted (level, idx)
         USING (level, idx)",
    )
    .bind(levels)
    .bind(indexes)
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|(level, index, hashes)| {
            let level =
                u8::try_from(level).map_err(|_| sqlx::Error::Decode(Box::new(Corrupt("tile level"))))?;
            Ok(((level, unsigned(index, "tile index")?), hashes))
        })
        .collect()
}

/// Adds leaves from index `first` on, with their payloads. Call under [`lock`].
pub async fn add_leaves(
    db: &mut PgConnection,
    first: u64,
    leaves: &[(Leaf, &[u8])],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO leaf (idx, fact_id, fact, at, about, commitment, payload)
         SELECT $1 + place - 1, fact_id, fact, at, about, commitment, payload
         FROM UNNEST($2::uuid[], $3::text[], $4::timestamptz[], $5::uuid[], $6::bytea[], $7::bytea[])
              WITH ORDINALITY AS new (fact_id, fact, at, about, commitment, payload, place)",
    )
    .bind(signed(first))
    .bind(leaves.iter().map(|(leaf, _)| leaf.fact_id).collect::<Vec<_>>())
    .bind(leaves.iter().map(|(leaf, _)| leaf.fact.as_str()).collect::<Vec<_>>())
    .bind(leaves.iter().map(|(leaf, _)| leaf.at.to_sqlx()).collect::<Vec<_>>())
    .bind(leaves.iter().map(|(leaf, _)| leaf.about).collect::<Vec<_>>())
    .bind(leaves.iter().map(|(leaf, _)| &leaf.commitment[..]).collect::<Vec<_>>())
    .bind(leaves.iter().map(|(_, payload)| *payload).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Saves new and widened tiles and the new head. Call under [`lock`].
pub async fn save_tree(db: &mut PgConnection, head: TreeHead, tiles: &[Tile]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO tile (level, idx, hashes)
         SELECT * FROM UNNEST($1::smallint[], $2::bigint[], $3::bytea[])
         ON CONFLICT (level, idx) DO UPDATE SET hashes = excluded.hashes",
    )
    .bind(tiles.iter().map(|tile| i16::from(tile.level)).collect::<Vec<_>>())
    .bind(tiles.iter().map(|tile| signed(tile.index)).collect::<Vec<_>>())
    .bind(tiles.iter().map(|tile| tile.hashes.as_slice()).collect::<Vec<_>>())
    .execute(&mut *db)
    .await?;
    sqlx::query("UPDATE tree SET size = $1, root = $2, latest_at = $3, own = $4")
        .bind(signed(head.size))
        .bind(&head.root.0[..])
        .bind(head.latest_at.to_sqlx())
        .bind(signed(head.own))
        .execute(db)
        .await?;
    Ok(())
}

/// Where a fact is in the ledger, if it is.
pub async fn index_of(db: &mut PgConnection, fact_id: Uuid) -> Result<Option<u64>, sqlx::Error> {
    let index: Option<i64> = sqlx::query_scalar("SELECT idx FROM leaf WHERE fact_id = $1")
        .bind(fact_id)
        .fetch_optional(db)
        .await?;
    index.map(|index| unsigned(index, "leaf index")).transpose()
}
