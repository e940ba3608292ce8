//! The log's static resources, read as any tlog-tiles client reads them.

use std::net::SocketAddr;

use audit::domain::checkpoint;
use audit::domain::tree::Frontier;
use tlog_tiles::record_hash;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::world::{World, lifecycles};

/// Status and body.
async fn get(http: SocketAddr, path: &str) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(http).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let status = String::from_utf8_lossy(&answer[9..12]).parse().unwrap();
    (status, answer[end + 4..].to_vec())
}

/// Leaf hashes of an entry bundle.
fn bundle(mut bytes: &[u8]) -> Vec<tlog_tiles::Hash> {
    let mut leaves = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (leaf, rest) = rest.split_at(usize::from(u16::from_be_bytes(*length)));
        leaves.push(record_hash(leaf));
        bytes = rest;
    }
    leaves
}

#[tokio::test]
async fn the_entries_hash_to_the_signed_root_and_the_tiles() {
    let world = World::new().await;
    world.hear(&lifecycles(43)).await;
    world.sign().await;
    let (status, note) = get(world.http, "/checkpoint").await;
    assert_eq!(status, 200);
    let (size, root) =
        checkpoint::open(world.key.verifier_key(), std::str::from_utf8(&note).unwrap()).unwrap();
    assert_eq!(size, 301);

    let mut frontier = Frontier::default();
    for (entries, tile) in
        [("/tile/entries/000", "/tile/0/000"), ("/tile/entries/001.p/45", "/tile/0/001.p/45")]
    {
        let leaves = bundle(&get(world.http, entries).await.1);
        let tile = get(world.http, tile).await;
        assert_eq!(tile, (200, leaves.iter().flat_map(|leaf| leaf.0).collect()));
        leaves.iter().for_each(|leaf| frontier.push(*leaf));
    }
    assert_eq!((frontier.size(), frontier.root()), (size, root));
    assert_eq!(get(world.http, "/tile/1/000.p/1").await.0, 200);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let world = World::new().await;
    world.hear(&lifecycles(1)).await;
    for path in [
        "/checkpoint",
        "/tile/0/000",
        "/tile/0/000.p/8",
        "/tile/0/000.p/0",
        "/tile/200/000",
        "/tile/entries/000",
    ] {
        assert_eq!(get(world.http, path).await.0, 404, "{path}");
    }
}
