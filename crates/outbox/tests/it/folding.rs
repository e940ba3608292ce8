use anyhow::Result;
use chassis::clock::Clock;
use contracts::intake::{CaseRegistered, CaseWithdrawn};
use outbox::{Fold, Folded, Heard, Listener, Pace, Says, Tx, refuse};

use crate::world::{World, fact};

/// What either fact says.
struct Step {
    case_id: String,
    ends: bool,
}

impl Says<Step> for CaseRegistered {
    fn news(heard: &Heard<Self>) -> Result<Step> {
        if heard.fact.statement == "poison" {
            return Err(refuse("it is poison"));
        }
        Ok(Step { case_id: heard.fact.case_id.clone(), ends: false })
    }
}

impl Says<Step> for CaseWithdrawn {
    fn news(heard: &Heard<Self>) -> Result<Step> {
        Ok(Step { case_id: heard.fact.case_id.clone(), ends: true })
    }
}

struct Steps;

impl Fold for Steps {
    type News = Step;

    async fn fold(&self, tx: &mut Tx, news: Vec<Step>) -> Result<()> {
        for step in news {
            let effect = format!("{} {}", step.case_id, if step.ends { "ends" } else { "begins" });
            sqlx::query("INSERT INTO effect (case_id) VALUES ($1) ON CONFLICT (case_id) DO NOTHING")
                .bind(effect)
                .execute(tx.connection())
                .await?;
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_of_several_names_are_folded_and_poison_stops_nobody() {
    let world = World::new().await;
    let mut tx = world.teller.begin().await.unwrap();
    for (case, statement) in [("a", ""), ("b", "poison"), ("c", "")] {
        tx.emit(Clock::live().now(), &fact(case, statement));
        let withdrawn = CaseWithdrawn { case_id: case.into(), province: "fars".into(), ..Default::default() };
        tx.emit(Clock::live().now(), &withdrawn);
    }
    tx.commit().await.unwrap();
    world.bus.ensure_stream("intake", 1).await.unwrap();
    world.teller.relay(&world.bus, &world.life, Pace::Prompt);
    let steps = Folded::into(Steps).of::<CaseRegistered>().of::<CaseWithdrawn>();
    let _ear = Listener::to("intake", &world.hearer, &world.bus).fold(steps).spawn(&world.life);
    world.until_effects(5).await;
    let effects: Vec<String> = sqlx::query_scalar("SELECT case_id FROM effect ORDER BY case_id")
        .fetch_all(world.hearer.pool())
        .await
        .unwrap();
    assert_eq!(effects, ["a begins", "a ends", "b ends", "c begins", "c ends"]);
    world.end().await;
}
