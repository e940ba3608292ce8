use anyhow::Result;
use chassis::clock::Clock;
use outbox::{Commit, Failed, Gather, Tx};

use crate::world::{World, fact};

struct Register;

impl Commit for Register {
    type Request = String;
    type Answer = String;

    async fn commit(&self, tx: &mut Tx, requests: &[String]) -> Result<Vec<String>> {
        anyhow::ensure!(!requests.iter().any(|r| r == "bad"), "the disk says no");
        for request in requests {
            tx.emit(Clock::live().now(), &fact(request, ""));
        }
        Ok(requests.to_vec())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_request_fails_alone_and_the_others_are_committed() {
    let world = World::new().await;
    world.start(1).await;
    let gather = Gather::spawn(&world.teller, &world.life, Register);
    let requests = (0..200).map(|n| if n == 77 { "bad".to_owned() } else { n.to_string() }).collect();
    let answers = gather.ask_all(requests).await;
    for (number, answer) in answers.iter().enumerate() {
        match answer {
            Ok(answer) => assert_eq!(*answer, number.to_string()),
            Err(Failed::Error(error)) => {
                assert!(number == 77 && error.to_string().contains("the disk says no"));
            }
            Err(Failed::Busy) => panic!("{number} was turned away"),
        }
    }
    assert!(answers[77].is_err());
    world.until_effects(199).await;
    assert_eq!(gather.ask("alone".into()).await.unwrap(), "alone");
    world.until_effects(200).await;
    world.end().await;
}
