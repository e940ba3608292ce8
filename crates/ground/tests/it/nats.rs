use std::path::Path;

use async_nats::jetstream::{self, stream};
use ground::{AgencyAccount, Nats, NatsOptions, scratch};
use nkeys::KeyPair;

use crate::eventually;

fn options(data: &Path) -> NatsOptions {
    NatsOptions {
        data: data.to_owned(),
        port: 0,
        monitor_port: None,
        agencies: Vec::new(),
        hub_public_nkey: None,
        durable: true,
    }
}

async fn hub(nats: &Nats) -> jetstream::Context {
    jetstream::new(async_nats::connect(nats.url()).await.unwrap())
}

async fn publish(js: &jetstream::Context) {
    js.publish("kept.one", "x".into()).await.unwrap().await.unwrap();
}

async fn make_stream(js: &jetstream::Context) {
    let config =
        stream::Config { name: "KEPT".into(), subjects: vec!["kept.>".into()], ..Default::default() };
    js.create_stream(config).await.unwrap();
}

async fn count(js: &jetstream::Context) -> u64 {
    js.get_stream("KEPT").await.unwrap().cached_info().state.messages
}

#[tokio::test]
async fn confirmed_messages_outlive_restart_crash_and_a_second_start_but_not_a_wipe() {
    let folder = scratch("samad-test-ground-").unwrap();
    let mut nats = Nats::start(options(folder.path())).await.unwrap();
    let url = nats.url();
    let js = hub(&nats).await;
    make_stream(&js).await;
    publish(&js).await;

    nats.restart().await.unwrap();
    publish(&hub(&nats).await).await;
    nats.kill().await.unwrap();
    assert!(async_nats::connect(&url).await.is_err());
    nats.restart().await.unwrap();
    assert_eq!(nats.url(), url);
    publish(&hub(&nats).await).await;
    nats.stop().await.unwrap();

    let mut nats = Nats::start(options(folder.path())).await.unwrap();
    assert_eq!(count(&hub(&nats).await).await, 3);
    nats.wipe().await.unwrap();
    let js = hub(&nats).await;
    assert!(js.get_stream("KEPT").await.is_err());
    make_stream(&js).await;
    assert_eq!(count(&js).await, 0);
}

#[tokio::test]
async fn a_folder_in_use_is_refused() {
    let folder = scratch("samad-test-ground-").unwrap();
    let _nats = Nats::start(options(folder.path())).await.unwrap();
    let error = Nats::start(options(folder.path())).await.unwrap_err().to_string();
    assert!(error.contains("in use") && error.contains("--data"), "{error}");
}

#[tokio::test]
async fn a_taken_port_is_refused_with_the_remedy() {
    let folder = scratch("samad-test-ground-").unwrap();
    let port = ground::free_port().unwrap();
    let _listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let error = Nats::start(NatsOptions { port, ..options(folder.path()) }).await.unwrap_err().to_string();
    assert!(error.contains("--port-base"), "{error}");
}

#[tokio::test]
async fn only_the_hub_key_gets_in_where_one_is_set() {
    let folder = scratch("samad-test-ground-").unwrap();
    let key = KeyPair::new_user();
    let hub_public_nkey = Some(key.public_key());
    let nats = Nats::start(NatsOptions { hub_public_nkey, ..options(folder.path()) }).await.unwrap();
    assert!(async_nats::connect(nats.url()).await.is_err());
    let stranger = KeyPair::new_user().seed().unwrap();
    assert!(async_nats::ConnectOptions::with_nkey(stranger).connect(nats.url()).await.is_err());
    let client =
        async_nats::ConnectOptions::with_nkey(key.seed().unwrap()).connect(nats.url()).await.unwrap();
    make_stream(&jetstream::new(client)).await;
}

#[tokio::test]
async fn an_agency_joins_and_leaves_while_the_others_stay_connected() {
    let folder = scratch("samad-test-ground-").unwrap();
    let (water, roads) = (KeyPair::new_user(), KeyPair::new_user());
    let account =
        |code: &str, key: &KeyPair| AgencyAccount { agency: code.into(), public_nkey: key.public_key() };
    let agencies = vec![account("water", &water)];
    let mut nats =
        Nats::start(NatsOptions { agencies: agencies.clone(), ..options(folder.path()) }).await.unwrap();
    let connect = async |key: &KeyPair| {
        async_nats::ConnectOptions::with_nkey(key.seed().unwrap()).max_reconnects(1).connect(nats.url()).await
    };
    let first = connect(&water).await.unwrap();
    assert!(connect(&roads).await.is_err());

    let both = vec![agencies[0].clone(), account("roads", &roads)];
    nats.reload(both.clone()).await.unwrap();
    let url = nats.url();
    let second = async_nats::ConnectOptions::with_nkey(roads.seed().unwrap()).connect(&url).await.unwrap();
    let malformed = AgencyAccount { agency: "a.b".into(), public_nkey: roads.public_key() };
    nats.reload(vec![malformed]).await.unwrap_err();

    nats.reload(vec![both[1].clone()]).await.unwrap();
    eventually("the agency that left is still connected", async || {
        first.connection_state() != async_nats::connection::State::Connected
    })
    .await;
    second.flush().await.unwrap();
    assert_eq!(second.statistics().connects.load(std::sync::atomic::Ordering::Relaxed), 1);
}
