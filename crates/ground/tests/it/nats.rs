use std::path::Path;

use async_nats::jetstream::{self, stream};
use ground::{Nats, NatsOptions, scratch};

fn options(data: &Path) -> NatsOptions {
    NatsOptions { data: data.to_owned(), port: 0, monitor_port: None, accounts: None, durable: true }
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
