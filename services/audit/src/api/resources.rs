//! The log's static resources (C2SP tlog-tiles) over HTTP, for witnesses and auditors.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tlog_tiles::HASH_SIZE;

use super::{Door, Refusal};
use crate::domain::paths::Resource;
use crate::domain::tree::TILE_WIDTH;
use crate::store::{checkpoints, ledger, stretch};

/// A tile of given width never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// `/checkpoint`, `/tile/<L>/<N>[.p/<W>]` and `/tile/entries/<N>[.p/<W>]`.
pub fn routes(door: Door) -> Router {
    Router::new().route("/checkpoint", get(checkpoint)).route("/tile/{*path}", get(tile)).with_state(door)
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Refusal::NotFound(message) => (StatusCode::NOT_FOUND, message).into_response(),
            other => {
                tracing::error!(error = %other, "a resource of the log could not be read");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

async fn checkpoint(State(door): State<Door>) -> Result<Response, Refusal> {
    let mut db = door.db.acquire().await?;
    let signed = checkpoints::newest(&mut db).await?.ok_or(Refusal::NotFound("nothing is signed yet\n"))?;
    let head = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    Ok((head, signed.note).into_response())
}

async fn tile(State(door): State<Door>, Path(path): Path<String>) -> Result<Response, Refusal> {
    let found = match Resource::parse(&path) {
        Some(Resource::Hashes { key, width }) => {
            let tiles = ledger::tiles(&mut *door.db.acquire().await?, &[key]).await?;
            tiles.into_values().next().and_then(|hashes| hashes.get(..width * HASH_SIZE).map(<[u8]>::to_vec))
        }
        Some(Resource::Entries { index, width }) => entries(&door, index, width).await?,
        None => None,
    };
    let found = found.ok_or(Refusal::NotFound("the log has no such tile, or not yet\n"))?;
    let head = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, FOR_EVER)];
    Ok((head, found).into_response())
}

/// Each leaf's canonical bytes after their length in two bytes, big-endian.
async fn entries(door: &Door, index: u64, width: usize) -> Result<Option<Vec<u8>>, Refusal> {
    let Some(first) = index.checked_mul(TILE_WIDTH as u64) else { return Ok(None) };
    let leaves =
        stretch::leaves(&mut *door.db.acquire().await?, first, first.saturating_add(width as u64)).await?;
    if leaves.len() != width {
        return Ok(None);
    }
    let mut bundle = Vec::new();
    for leaf in leaves {
        let text = leaf.canonical();
        let Ok(length) = u16::try_from(text.len()) else { return Ok(None) };
        bundle.extend(length.to_be_bytes());
        bundle.extend(text.as_bytes());
    }
    Ok(Some(bundle))
}
