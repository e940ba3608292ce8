use proptest::prelude::*;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn event(id: &str, referral: &str) -> Event {
    Event {
        id: id.into(),
        referral: referral.into(),
        is_referral: true,
        body: format!("{{\"id\":\"{id}\"}}\n"),
    }
}

fn ids(messages: &[Waiting]) -> Vec<&str> {
    messages.iter().map(|message| message.id.as_str()).collect()
}

fn due(spool: &Spool, second: i64) -> Vec<Waiting> {
    spool.due(at(second), &HashSet::new(), 10)
}

#[test]
fn what_waits_outlives_the_process_with_its_tries_and_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(folder.path()).unwrap();
    spool.keep(vec![event("a", "1"), event("b", "2"), event("c", "1")], at(0)).unwrap();
    spool.keep(vec![event("b", "2")], at(0)).unwrap();
    assert_eq!(ids(&due(&spool, 0)), ["a", "b"], "c waits for a");
    let [a, b] = due(&spool, 0).try_into().unwrap();
    spool.postpone(Waiting { failures: 1, due_at: at(5), ..a }).unwrap();
    spool.forget(&b).unwrap();
    assert!(Spool::open(folder.path()).is_err(), "one process at a time");
    drop(spool);

    let spool = Spool::open(folder.path()).unwrap();
    assert_eq!((spool.len(), spool.next_due(&HashSet::new())), (2, Some(at(5))));
    assert_eq!(ids(&due(&spool, 4)), [""; 0]);
    let a = due(&spool, 5).remove(0);
    assert_eq!((a.id.as_str(), a.failures), ("a", 1));
    assert_eq!(spool.body(&a).unwrap().unwrap(), "{\"id\":\"a\"}\n");
    assert!(spool.due(at(5), &HashSet::from(["1".to_owned()]), 10).is_empty());
    spool.forget(&a).unwrap();
    assert_eq!(ids(&due(&spool, 5)), ["c"]);
}

#[test]
fn a_damaged_file_is_set_aside_and_the_others_are_pushed() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::write(file("00000000000000000007.event"), "{\"place\":").unwrap();
    let spool = Spool::open(folder.path()).unwrap();
    assert!(spool.len() == 0 && file("00000000000000000007.damaged").exists());
    spool.keep(vec![event("a", "1"), event("b", "2"), event("c", "3")], at(0)).unwrap();
    let [a, b, c] = due(&spool, 0).try_into().unwrap();
    fs::write(file("00000000000000000000.event"), b"\xff\n").unwrap();
    fs::remove_file(file("00000000000000000001.event")).unwrap();
    assert_eq!((spool.body(&a).unwrap(), file("00000000000000000000.damaged").exists()), (None, true));
    spool.postpone(Waiting { failures: 1, ..b }).unwrap();
    spool.defer(c.place, at(9));
    assert_eq!((due(&spool, 8).len(), ids(&due(&spool, 9))), (0, vec!["c"]));
    spool.forget(&c).unwrap();
    assert_eq!(spool.len(), 0);
}

#[test]
fn a_file_stops_the_pushing_until_it_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(folder.path()).unwrap();
    assert!(!spool.is_disabled());
    spool.disable("410 Gone").unwrap();
    drop(spool);
    let spool = Spool::open(folder.path()).unwrap();
    assert!(spool.is_disabled());
    fs::remove_file(spool.disabled_by()).unwrap();
    assert!(!spool.is_disabled());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn each_referrals_messages_come_once_and_in_order(arrivals in prop::collection::vec((0..4_u8, 0..9_u8), 0..20), restarts: u32) {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(folder.path()).unwrap();
        let mut expected: Vec<(u8, u8)> = Vec::new();
        for arrival @ (referral, id) in arrivals {
            spool.keep(vec![event(&format!("{referral}.{id}"), &referral.to_string())], at(0)).unwrap();
            if !expected.contains(&arrival) {
                expected.push(arrival);
            }
        }
        let mut delivered = Vec::new();
        for step in 0.. {
            let Some(message) = spool.due(at(0), &HashSet::new(), 1).pop() else { break };
            if restarts & (1 << (step % 32)) != 0 {
                drop(spool);
                spool = Spool::open(folder.path()).unwrap();
            }
            spool.forget(&message).unwrap();
            delivered.push(message.id);
        }
        for referral in 0..4 {
            let of = |id: &String| id.starts_with(&format!("{referral}."));
            let came: Vec<String> = delivered.iter().filter(|id| of(id)).cloned().collect();
            let wanted = expected.iter().filter(|(own, _)| *own == referral).map(|(own, id)| format!("{own}.{id}"));
            prop_assert_eq!(came, wanted.collect::<Vec<_>>());
        }
    }
}
