//! What every part of a life works with: the doors, the people, and the book of what was done and learnt.

use std::collections::HashSet;

use anyhow::{Result, bail, ensure};
use contracts::intake::{Outcome, RegisterContactRequest, RegisterContactsRequest};
use jalali::{Date, Tehran};
use jiff::Timestamp;

use super::book::{Book, Case};
use super::chance::Chance;
use super::life::Life;
use super::people::People;
use super::report::Played;
use crate::doors::Doors;

/// Contacts of one message.
const OF_A_MESSAGE: usize = 500;
/// Calls of a part that are under way at one time.
pub(super) const AT_ONCE: usize = 32;

/// A contact with its number.
pub type Numbered = (u64, RegisterContactRequest);

/// A life under way.
pub struct Scene {
    pub doors: Doors,
    pub province: String,
    pub seed: u64,
    pub life: Life,
    pub tehran: Tehran,
    pub people: People,
    pub book: Book,
    pub played: Played,
    /// The next contact's.
    pub next_number: u64,
}

impl Scene {
    /// The next contact's number.
    pub fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number - 1
    }

    /// The draws that follow from the names of what is decided.
    #[must_use]
    pub fn chance(&self, names: &[&str]) -> Chance {
        Chance::of(self.seed, names)
    }

    /// The day of a moment.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> Date {
        self.tehran.date(at)
    }

    /// Registers contacts, at most 10,000; their ids, in the same order.
    ///
    /// # Errors
    /// When intake refuses one or does not answer.
    pub async fn register(&mut self, contacts: Vec<Numbered>) -> Result<Vec<String>> {
        if contacts.is_empty() {
            return Ok(Vec::new());
        }
        let message = |part: &[Numbered]| RegisterContactsRequest {
            contacts: part.iter().map(|(_, contact)| contact.clone()).collect(),
        };
        let messages: Vec<_> = contacts.chunks(OF_A_MESSAGE).map(message).collect();
        let answer = self.doors.intake().register_contacts(futures_util::stream::iter(messages)).await?;
        let answer = answer.into_inner();
        if let Some(refused) = answer.refused.first() {
            bail!("a contact was refused: {}: {}", refused.field, refused.reason);
        }
        let mut ids = vec![String::new(); contacts.len()];
        let mut rows = answer.rows;
        rows.sort_by_key(|row| row.row);
        ensure!(
            rows.len() == contacts.len(),
            "{} of {} contacts were registered",
            rows.len(),
            contacts.len()
        );
        for ((id, row), (number, contact)) in ids.iter_mut().zip(rows).zip(contacts) {
            self.played.contacts += 1;
            if contact.outcome() == Outcome::Guidance {
                self.played.guidance += 1;
            } else {
                self.played.cases += 1;
                let tracking_code = row.tracking_code;
                let case = Case {
                    number,
                    tracking_code,
                    contact,
                    open: true,
                    answers: 0,
                    complained: HashSet::new(),
                };
                self.book.enter(row.case_id, case);
            }
            *id = row.contact_id;
        }
        Ok(ids)
    }
}
