//! GeoReport's paths without a key: what validators and clients read first. Filing is in the stories of the crate `tests`.

use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn discovery_is_as_validators_read_it() {
    let world = World::new().await;
    for (ending, media_type) in [("xml", "text/xml"), ("json", "application/json")] {
        let answer = world.get(&format!("/open311/v2/discovery.{ending}")).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], media_type, "without a charset");
        let text = answer.text().await.unwrap();
        assert!(text.contains(&format!("http://{}/open311/v2/", world.running.web)), "{text}");
        assert!(text.contains("text/xml") && text.contains("۱۱۱"), "{text}");
    }
    world.end().await;
}

#[tokio::test]
async fn services_are_the_catalogues_topics() {
    let world = World::new().await;
    world.until_status("/open311/v2/services.json", 200).await;
    let services: Value =
        world.get("/open311/v2/services.json?jurisdiction_id=fars").await.json().await.unwrap();
    let light =
        services.as_array().unwrap().iter().find(|s| s["service_code"] == "power.streetlight").unwrap();
    assert_eq!((&light["group"], &light["service_name"]), (&json!("برق"), &json!("روشنایی معابر")));
    let xml = world.get("/open311/v2/services.xml").await.text().await.unwrap();
    assert!(xml.contains("<services><service><service_code>") && xml.contains("روشنایی معابر"), "{xml}");

    let definition = world.get("/open311/v2/services/power.streetlight.json?jurisdiction_id=fars").await;
    let definition: Value = definition.json().await.unwrap();
    let counties = definition["attributes"][0]["values"].as_array().unwrap();
    assert!(counties.contains(&json!({"key": "shiraz", "name": "شیراز"})), "{definition}");
    world.end().await;
}

#[tokio::test]
async fn errors_are_told_as_geo_report_tells_them() {
    let world = World::new().await;
    world.until_status("/open311/v2/services.json", 200).await;
    for (path, status, said) in [
        ("requests.xml", 400, "api_key was not provided"),
        ("requests.xml?api_key=guess", 403, "api_key is not valid"),
        ("servicerequestupdates.xml?api_key=guess", 403, "api_key is not valid"),
        ("tokens/7.xml?api_key=guess", 403, "api_key is not valid"),
        ("services/boats.xml", 404, "service_code was not found"),
        ("services.xml?jurisdiction_id=boston", 404, "jurisdiction_id was not found"),
        ("nothing.xml", 404, "there is no such resource"),
        ("a/b/c", 404, "there is no such resource"),
    ] {
        let answer = world.get(&format!("/open311/v2/{path}")).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (status, &"text/xml".parse().unwrap())
        );
        let text = answer.text().await.unwrap();
        let expected = format!("<errors><error><code>{status}</code><description>{said}");
        assert!(text.contains(&expected), "{path}: {text}");
    }
    let json: Value = world.get("/open311/v2/requests/7.json").await.json().await.unwrap();
    assert_eq!(json, json!([{"code": "400", "description": "api_key was not provided"}]));
    let many_parts = world.client.post(world.url("/open311/v2/requests.xml"));
    let many_parts = many_parts.header("content-type", "multipart/form-data; boundary=x").body("--x--");
    let refused = many_parts.send().await.unwrap();
    assert_eq!(refused.status(), 415);
    assert!(refused.text().await.unwrap().contains("media_url"), "it says what to send instead");
    world.end().await;
}
