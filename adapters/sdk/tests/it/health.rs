//! An adapter says how it is, and rests when everything fails.

use std::net::{SocketAddr, TcpListener};

use sdk::{Answer, Desk, Referral};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::{Clerk, Seen, World, until};

/// What `/readyz` answers; nothing while nobody listens.
async fn said(admin: SocketAddr) -> String {
    let mut answer = String::new();
    if let Ok(mut stream) = TcpStream::connect(admin).await {
        stream.write_all(b"GET /readyz HTTP/1.0\r\n\r\n").await.unwrap();
        stream.read_to_string(&mut answer).await.unwrap();
    }
    answer
}

#[tokio::test]
async fn failures_in_a_row_are_shown_and_a_success_ends_them() {
    let mut world = World::new().await;
    world.record().await;
    let admin = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    world.connection.admin = Some(admin);
    let seen = Seen::default();
    let does = |call, _: Referral, _: Desk| async move {
        if call == 1 {
            std::fs::read("/nowhere/work-orders")?;
        }
        Ok(Answer::done("آب وصل شد.").into())
    };
    let (stop, running) = world.adapter(Clerk { does, seen });
    until("it is ready", async || said(admin).await.contains("200 OK")).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(world.issue("آب قطع است").await);
    }
    until("it rests", async || said(admin).await.contains("waiting for a success")).await;
    until("it is ready again", async || said(admin).await.contains("200 OK")).await;
    for id in ids {
        world.until_answered(id).await;
    }
    stop.cancel();
    running.await.unwrap();
    until("nobody listens", async || said(admin).await.is_empty()).await;
}
