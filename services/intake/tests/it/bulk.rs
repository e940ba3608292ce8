//! Many contacts in one call.

use contracts::intake::{CaseRegistered, RegisterContactsRequest};
use tonic::Code;

use crate::world::{World, request};

#[tokio::test]
async fn good_rows_are_taken_and_bad_ones_named() {
    let mut world = World::new().await;
    let mut contacts: Vec<_> = (0..1_200).map(|row| request(&format!("letter-{row:05}"))).collect();
    contacts[3].citizen.as_mut().unwrap().national_id = "123".to_owned();
    contacts[700].text.clear();
    contacts[1_100] = request("letter-00005");
    contacts[1_100].topic = "roads".to_owned();
    let stream = contacts.chunks(300).map(|chunk| RegisterContactsRequest { contacts: chunk.to_vec() });
    let messages: Vec<_> = stream.collect();
    let answer =
        world.client.register_contacts(tokio_stream::iter(messages.clone())).await.unwrap().into_inner();
    assert_eq!((answer.registered, answer.rows.len()), (1_197, 1_197));
    let refused: Vec<_> = answer.refused.iter().map(|r| (r.row, r.field.as_str())).collect();
    assert_eq!(refused, [(3, "citizen.national_id"), (700, "text"), (1_100, "request_key")]);
    assert_eq!(answer.rows[3].row, 4);
    assert!(answer.rows.iter().all(|row| row.tracking_code.len() == 10));

    let again = world.client.register_contacts(tokio_stream::iter(messages)).await.unwrap().into_inner();
    assert_eq!(again, answer, "a repeated call returns the same");
    assert_eq!(world.stated::<CaseRegistered>(1_197).await.len(), 1_197);
}

#[tokio::test]
async fn more_than_ten_thousand_are_refused() {
    let mut world = World::new().await;
    // Each is refused for itself: the call must end by its length alone.
    let messages = vec![RegisterContactsRequest { contacts: vec![Default::default(); 5_001] }; 2];
    let status = world.client.register_contacts(tokio_stream::iter(messages)).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
}
