//! Rule 7: what only the national body takes back or charges to others, over REST.

use chassis::Role;
use serde_json::{Value, json};

use crate::installation::eventually;
use crate::office::{accounts, get, post, put, token};
use crate::world::{World, leak};

const EA: &str = "east-azerbaijan";
const CLOSURE: &str = "/api/v1/closures/0199aaaa-bbbb-7ccc-8ddd-eeeeffff0101";
const OUTAGE: &str = "/api/v1/outages/0199aaaa-bbbb-7ccc-8ddd-eeeeffff0102";

/// The due moment of a case's only referral, once it is another than `before`.
async fn due(world: &World, case_id: &str, before: &Value, token: &str) -> Value {
    eventually("the deadline moves", async || {
        let (_, listed) = get(world, &format!("/api/v1/referrals?case_id={case_id}"), token).await;
        let referral_id = listed["referrals"][0]["referral_id"].as_str()?;
        let (status, explained) =
            get(world, &format!("/api/v1/referrals/{referral_id}/deadline"), token).await;
        (status == 200 && explained["due_at"] != *before).then(|| explained["due_at"].clone())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_7_closures_and_outages_are_charged_and_taken_back_by_the_national_body() {
    let world = World::new().await;
    accounts(&world, &[("manager.ea", Role::Manager, EA), ("monitor", Role::Monitor, "")]);
    let (manager, monitor) = (token(&world, "manager.ea").await, token(&world, "monitor").await);
    let mut slow = leak();
    slow["topic"] = json!("telecom.internet");
    let (_, made) = world.register(Some("nation-0001"), &slow).await;
    let case_id = made["case_id"].as_str().unwrap();
    let begun = due(&world, case_id, &Value::Null, &monitor).await;

    let now = chassis::clock::Clock::live().now();
    let hours = |hours: i64| now + jiff::SignedDuration::from_hours(hours);
    let outage = json!({"agency": "ea-telecom", "from_at": hours(1), "until_at": hours(6), "to": "system",
                        "reason_fa": "قطع شبکه"});
    assert_eq!(put(&world, OUTAGE, &manager, &outage).await.0, 403, "a province charges nobody");
    for known in [false, true] {
        let (status, charged) = put(&world, OUTAGE, &monitor, &outage).await;
        assert_eq!((status, &charged["known"]), (200, &json!(known)), "{charged}");
    }
    let lengthened = due(&world, case_id, &begun, &monitor).await;
    let nobody = json!({"agency": "ea-telecom", "from_at": hours(1), "until_at": hours(6), "to": "citizen",
                        "reason_fa": "قطع شبکه"});
    assert_eq!(put(&world, OUTAGE, &monitor, &nobody).await.0, 422);
    let why = json!({"reason_fa": "شبکه قطع نبود"});
    for known in [false, true] {
        let (status, revoked) = post(&world, &format!("{OUTAGE}/revocation"), &monitor, &why).await;
        assert_eq!((status, &revoked["known"]), (200, &json!(known)), "{revoked}");
    }
    assert_eq!(due(&world, case_id, &lengthened, &monitor).await, begun);

    let closure =
        json!({"province": EA, "first_day": "2030-04-04", "last_day": "2030-04-04", "reason_fa": "برف"});
    assert_eq!(put(&world, CLOSURE, &manager, &closure).await.0, 200);
    let revoke = async |token: &str| post(&world, &format!("{CLOSURE}/revocation"), token, &why).await;
    assert_eq!(revoke(&manager).await.0, 403);
    let (status, revoked) = revoke(&monitor).await;
    assert_eq!((status, &revoked["known"]), (200, &json!(false)), "{revoked}");
    assert!(revoked["closure"]["revoked_at"].is_string(), "{revoked}");
    assert_eq!(revoke(&monitor).await.1["known"], true);
    world.end().await;
}
