//! One agency floods with actions, pulls and acknowledgements, over as many connections as it gets; another's work goes
//! on, whole and once.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_nats::{Client, ConnectOptions};
use futures_util::future::join_all;
use tests::patiently;
use tokio_util::sync::CancellationToken;

use crate::world::{CITY, WATER, World, accepted, next, referral_of, word};

/// What the other agency gets and does meanwhile.
const ROUNDS: usize = 12;
/// So many connections the broker lets one agency have.
const CONNECTIONS: usize = 16;
/// Messages between two looks whether it is over.
const BURST: usize = 50;

/// Sends until `over`: actions that are none, small and large, pulls and acknowledgements.
async fn flood(client: Client, over: CancellationToken, sent: Arc<AtomicU64>) {
    let pull = format!("GOV.API.CONSUMER.MSG.NEXT.ROUTING.{CITY}");
    let (small, large) = (vec![0xff_u8; 32], vec![0xff_u8; 60 * 1024]);
    let inbox = client.new_inbox();
    while !over.is_cancelled() {
        for number in 0..BURST {
            let subject = format!("agency.action_published.{number}");
            let body = if number % 25 == 0 { large.clone() } else { small.clone() };
            let _ = client.publish_with_reply(subject, inbox.clone(), body.into()).await;
            let _ = client
                .publish_with_reply(pull.clone(), inbox.clone(), r#"{"batch":500,"no_wait":true}"#.into())
                .await;
            let _ = client.publish(format!("$JS.ACK.ROUTING.{CITY}.1.{number}.1.1.0"), "".into()).await;
        }
        sent.fetch_add(BURST as u64 * 3, Ordering::Relaxed);
        let _ = client.flush().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_one_is_felt_by_no_other() {
    let world = World::new().await;
    let water = world.adapter(WATER).await;
    let mut feed = water.feed().await;
    let credentials = world.system.keyring.lend(CITY).unwrap();
    let connect = async || {
        let options = ConnectOptions::with_credentials(&credentials).unwrap();
        options.custom_inbox_prefix(format!("_INBOX_{CITY}")).connect(&world.system.nats_url).await
    };
    let clients: Vec<Client> =
        join_all((0..CONNECTIONS).map(|_| connect())).await.into_iter().map(Result::unwrap).collect();
    assert!(connect().await.is_err(), "one connection more than an agency may have");

    let (over, sent) = (CancellationToken::new(), Arc::new(AtomicU64::new(0)));
    let floods: Vec<_> =
        clients.into_iter().map(|client| tokio::spawn(flood(client, over.clone(), sent.clone()))).collect();
    let mut seen = HashSet::new();
    for _ in 0..ROUNDS {
        world.register("water.leak").await;
        let message = next(&mut feed).await;
        let referral = referral_of(&message);
        let action = accepted(&referral);
        // As the SDK does: no answer, or one that says so, means to ask again.
        let verdict = patiently("a verdict", async || {
            water.ask(&action).await.filter(|verdict| word(verdict) != "try_again")
        });
        assert_eq!(word(&verdict.await), "recorded");
        message.ack().await.unwrap();
        assert!(seen.insert(referral), "a referral came twice");
    }
    over.cancel();
    join_all(floods).await;
    let sent = sent.load(Ordering::Relaxed);
    assert!(sent > 2_000, "that was no flood: {sent}");
    world.end().await;
}
