//! Imports: whole or not at all, once.

use contracts::routing::{
    AgencyRegistered, ImportCatalogueResponse, ListAgenciesRequest, ListTopicsRequest, ReferralIssued,
    WireFormat,
};
use tonic::Code;

use crate::scene::{PATIENCE, Scene, catalogue};

#[tokio::test]
async fn an_import_tells_of_new_and_changed_agencies_and_a_repeat_of_nothing() {
    let mut scene = Scene::empty().await;
    let first = scene.api.import_catalogue(catalogue()).await.unwrap().into_inner();
    let expected = ImportCatalogueResponse { agencies_added: 3, agencies_changed: 0, topics: 3, rules: 2 };
    assert_eq!(first, expected);
    assert_eq!(scene.heard::<AgencyRegistered>().await.0.agency, "fa-water");

    let again = scene.api.import_catalogue(catalogue()).await.unwrap().into_inner();
    assert_eq!((again.agencies_added, again.agencies_changed), (0, 0));
    let mut changed = catalogue();
    changed.agencies[0].name_fa = "آب و فاضلاب فارس".into();
    changed.agencies[0].format = WireFormat::Json.into();
    let third = scene.api.import_catalogue(changed).await.unwrap().into_inner();
    assert_eq!((third.agencies_added, third.agencies_changed), (0, 1));
    let names = scene.names_until_marker().await;
    assert_eq!(names, ["agency_registered", "agency_registered", "topics_named", "agency_changed"]);

    let agencies = ListAgenciesRequest { province: "fars".into(), page_size: 2, ..Default::default() };
    let page = scene.api.list_agencies(agencies.clone()).await.unwrap().into_inner();
    assert_eq!(page.agencies.len(), 2);
    let rest = ListAgenciesRequest { page_token: page.next_page_token, ..agencies };
    let rest = scene.api.list_agencies(rest).await.unwrap().into_inner();
    assert_eq!(rest.agencies.iter().map(|a| a.code.as_str()).collect::<Vec<_>>(), ["fa-water-shiraz"]);
    assert_eq!(scene.api.list_topics(ListTopicsRequest {}).await.unwrap().into_inner().topics.len(), 3);
}

#[tokio::test]
async fn a_bad_row_is_named_and_nothing_is_taken() {
    let mut scene = Scene::empty().await;
    let mut bad = catalogue();
    bad.agencies[2].code = "Governor".into();
    bad.rules[1].agency = "nobody".into();
    let refused = scene.api.import_catalogue(bad).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    for place in ["agencies[2].code", "rules[1].agency"] {
        assert!(refused.message().contains(place), "{}", refused.message());
    }
    assert_eq!(scene.api.list_topics(ListTopicsRequest {}).await.unwrap().into_inner().topics.len(), 0);

    // Thousands of faults must still fit an answer's metadata.
    let mut worse = catalogue();
    worse.rules = (0..5_000).map(|_| worse.rules[0].clone()).collect();
    let refused = scene.api.import_catalogue(worse).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
    assert!(refused.message().contains("rules[1].topic") && refused.message().contains("more"));
}

#[tokio::test]
async fn every_agency_gets_a_consumer_again_after_the_broker_was_emptied() {
    let mut scene = Scene::new().await;
    consumers(&scene).await;
    scene.ground.nats.wipe().await.unwrap();
    consumers(&scene).await;
}

#[tokio::test]
async fn the_shipped_catalogue_is_taken_and_decides() {
    let mut scene = Scene::empty().await;
    let files = [
        include_str!("../../catalogue/topics.toml"),
        include_str!("../../catalogue/provinces.toml"),
        include_str!("../../catalogue/east-azerbaijan.toml"),
        include_str!("../../catalogue/fars.toml"),
    ];
    let import = routing::catalogue_file::parse(files).unwrap();
    let taken = scene.api.import_catalogue(import.clone()).await.unwrap().into_inner();
    assert_eq!(taken.agencies_added as usize, import.agencies.len());
    scene.register("water.outage", "shiraz", 1).await;
    assert_eq!(scene.heard::<ReferralIssued>().await.0.agency, "fa-water-shiraz");
}

/// Waits until the agencies of the scene have their consumers.
async fn consumers(scene: &Scene) {
    let client = async_nats::connect(scene.ground.nats_url()).await.unwrap();
    let jetstream = async_nats::jetstream::new(client);
    let all = async {
        for agency in catalogue().agencies {
            loop {
                let stream = jetstream.get_stream("ROUTING").await;
                if let Ok(stream) = stream
                    && stream.consumer_info(&agency.code).await.is_ok()
                {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
    };
    tokio::time::timeout(PATIENCE, all).await.expect("every agency has a consumer");
}
