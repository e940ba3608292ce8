use jiff::SignedDuration;

use super::*;

fn referral(number: u8) -> ReferralId {
    format!("01995f00-0000-7000-8000-0000000000{number:02}").parse().unwrap()
}

#[test]
fn what_is_written_is_known_after_a_kill_and_ended_ones_are_let_go_later() {
    let folder = tempfile::tempdir().unwrap();
    let book = Book::open(folder.path()).unwrap();
    let moment = "2025-10-01T04:30:00Z".parse().unwrap();
    book.write(referral(1), Standing::Begun(moment)).unwrap();
    book.write(referral(2), Standing::Token { token: "t".into(), since: moment }).unwrap();
    book.write(referral(3), Standing::Filed("r".into())).unwrap();
    book.write(referral(4), Standing::Filed("s".into())).unwrap();
    book.write(referral(4), Standing::Ended(moment)).unwrap();
    book.read_until(book.reading(), moment).unwrap();
    assert!(Book::open(folder.path()).is_err(), "one process at a time");
    drop(book);
    let path = folder.path().join("book.jsonl");
    let half = fs::read_to_string(&path).unwrap() + "{\"referral\": {\"id\": \"0199";
    fs::write(&path, half).unwrap();

    let book = Book::open(folder.path()).unwrap();
    assert_eq!(book.standing(referral(1)), Some(Standing::Begun(moment)));
    assert_eq!(book.tokens(), [(referral(2), ("t".to_owned(), moment))]);
    assert_eq!(book.filed(), HashMap::from([("r".to_owned(), referral(3))]));
    let ended = Some(Standing::Ended(moment));
    assert_eq!((book.standing(referral(4)), book.reading().until), (ended, Some(moment)));
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 5);
    book.let_go(moment + SignedDuration::from_secs(1)).unwrap();
    drop(book);
    assert_eq!(Book::open(folder.path()).unwrap().standing(referral(4)), None);
}

#[test]
fn what_was_read_without_a_request_that_is_found_late_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let book = Book::open(folder.path()).unwrap();
    let at = |second| Timestamp::from_second(second).unwrap();
    let (early, late) = (Standing::Begun(at(10)), Standing::Begun(at(60)));
    book.write(referral(1), early.clone()).unwrap();
    book.write(referral(2), late.clone()).unwrap();
    book.read_until(book.reading(), at(50)).unwrap();
    book.found(referral(1), &early, "r".into(), at(10)).unwrap();
    assert_eq!(book.reading().until, Some(at(10)));
    // Found while a window was read that begins before it.
    let reading = book.reading();
    book.found(referral(2), &late, "s".into(), at(60)).unwrap();
    book.read_until(reading, at(90)).unwrap();
    assert_eq!(book.reading().until, Some(at(10)));
    // What stands elsewhere by now is not moved.
    book.found(referral(2), &late, "t".into(), at(1)).unwrap();
    assert_eq!((book.filed().len(), book.filed().contains_key("t")), (2, false));
}

#[test]
fn an_answer_that_was_given_back_is_filed_again_and_one_of_long_ago_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let book = Book::open(folder.path()).unwrap();
    let at = |second| Timestamp::from_second(second).unwrap();
    let answered = |at| Standing::Answered { id: "r".into(), update: "u".into(), at };
    book.write(referral(1), answered(at(1))).unwrap();
    book.write(referral(2), answered(at(9))).unwrap();
    book.let_go(at(5)).unwrap();
    assert_eq!((book.standing(referral(1)), book.filed().len()), (None, 0));
    let reopened = Standing::Reopened { id: "r".into(), update: "u".into() };
    book.replace(referral(2), &answered(at(9)), reopened.clone()).unwrap();
    drop(book);
    let book = Book::open(folder.path()).unwrap();
    assert_eq!(book.standing(referral(2)), Some(reopened));
    assert_eq!(book.filed(), HashMap::from([("r".to_owned(), referral(2))]));
}
