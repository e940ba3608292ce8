//! With one service's real credentials: it states its own facts and hears what it hears, and nothing else.

use async_nats::{Client, ConnectOptions};
use bus::Feed;
use tests::PATIENCE;
use trust::SERVICES;

use crate::world::{CITY, World, assert_deaf, assert_refused, ears};

async fn client(world: &World, service: &str) -> Client {
    let credentials = world.system.keyring.service(service).unwrap();
    let options = ConnectOptions::with_credentials(&credentials).unwrap().request_timeout(Some(PATIENCE));
    options.custom_inbox_prefix(format!("_INBOX_{service}")).connect(&world.system.nats_url).await.unwrap()
}

/// What none of its credentials may do to others.
fn foreign(own: &str) -> Vec<String> {
    let mut subjects = vec![
        "$JS.API.STREAM.NAMES".to_owned(),
        "$JS.API.STREAM.CREATE.MORE".to_owned(),
        "$SYS.REQ.CLAIMS.UPDATE".to_owned(),
        format!("agency.v1.{CITY}.action_published.r1"),
    ];
    for other in SERVICES.iter().map(|service| service.name).filter(|name| *name != own) {
        let stream = other.to_uppercase();
        subjects.push(format!("{other}.v1.forged._._.1"));
        subjects.push(format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{CITY}"));
        for verb in ["CREATE", "UPDATE", "PURGE", "DELETE", "MSG.GET", "MSG.DELETE", "SNAPSHOT"] {
            subjects.push(format!("$JS.API.STREAM.{verb}.{stream}"));
        }
        for third in SERVICES.iter().map(|service| service.name).filter(|name| *name != own) {
            subjects.push(format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{third}"));
            subjects.push(format!("$JS.API.CONSUMER.DELETE.{stream}.{third}"));
            subjects.push(format!("$JS.API.CONSUMER.CREATE.{stream}.{third}"));
            subjects.push(format!("$JS.ACK.{stream}.{third}.1.1.1.1.0"));
        }
    }
    let stream = own.to_uppercase();
    subjects.extend(["PURGE", "DELETE", "UPDATE"].map(|verb| format!("$JS.API.STREAM.{verb}.{stream}")));
    subjects
}

/// What others say, and what is said to them.
fn overheard(own: &str) -> Vec<String> {
    let others = SERVICES.iter().map(|service| service.name).filter(|name| *name != own);
    let said = others.flat_map(|other| [format!("{other}.v1.>"), format!("_INBOX_{other}.>")]);
    said.chain([">", "_R_.>", "$JS.>", "$SYS.>"].map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_speaks_and_hears_for_itself_only() {
    let world = World::new().await;
    let (mut clients, mut listening) = (Vec::new(), Vec::new());
    for service in SERVICES {
        let client = client(&world, service.name).await;
        // Its own ways are open: it is asked of its stream, and answered.
        let own = format!("$JS.API.STREAM.INFO.{}", service.name.to_uppercase());
        client.request(own.clone(), "".into()).await.unwrap();
        assert_refused(&client, foreign(service.name)).await;
        listening.extend(ears(&client, overheard(service.name)).await);
        clients.push((client, own));
    }
    world.register("municipal.waste").await;
    world.until_waiting(CITY, 1).await;
    for (client, own) in &clients {
        // Whatever was sent to an ear has arrived once this is answered.
        client.request(own.clone(), "".into()).await.unwrap();
    }
    assert_deaf(&mut listening);
    for owner in SERVICES {
        world.hub.ensure_stream(owner.name, 1).await.unwrap();
        for hearer in SERVICES.iter().filter(|hearer| hearer.hears.contains(&owner.name)) {
            Feed::lag(&world.hub, owner.name, hearer.name).await.unwrap();
        }
    }
    world.end().await;
}
