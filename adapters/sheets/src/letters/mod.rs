//! A trip's letters, typed into a table: every row that can be taken is, the others are named with what is wrong.

mod hint;
mod row;

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use anyhow::Result;
use chassis::grpc::Channel;
use contracts::intake::intake_service_client::IntakeServiceClient;
use contracts::intake::{
    Campaign, RegisterContactRequest, RegisterContactsRequest, RegisterContactsResponse,
};
use futures_util::stream::{self, Iter};
use jalali::Tehran;
use serde::Serialize;
use tonic::{Request, Status};

use crate::Kind;
use crate::table::Table;

/// Contacts of one call: what intake takes at most.
const CALL: usize = 10_000;
/// Contacts of one message: far below the size that a message may have.
const MESSAGE: usize = 500;

/// What became of a table.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Letters that are registered, by this import or by an earlier one of the same table.
    pub registered: u64,
    /// Rows that were not taken.
    pub refused: Vec<Refused>,
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Its line in the file; the head of the table is the first.
    pub line: u64,
    /// The number of the letter, where the row has one.
    pub number: String,
    /// The field that is wrong.
    pub field: String,
    /// What is wrong.
    pub reason: String,
    /// What would be right, in Persian.
    pub reason_fa: String,
}

impl Refused {
    fn new(line: u64, number: String, field: String, reason: String) -> Self {
        let reason_fa = hint::of(&field).to_owned();
        Refused { line, number, field, reason, reason_fa }
    }
}

/// A row that can be sent.
#[derive(Debug)]
pub struct Letter {
    line: u64,
    number: String,
    request: RegisterContactRequest,
}

/// Messages of a call.
pub type Messages = Iter<std::vec::IntoIter<RegisterContactsRequest>>;

/// The letters of a table of `most` rows at most, and the rows that cannot be one. `scans`: the files that there are, where
/// they are at hand.
///
/// # Errors
/// When it is no table, or too long.
pub fn read(
    kind: Kind,
    source: impl Read + Seek,
    most: usize,
    campaign: &Campaign,
    scans: Option<&BTreeSet<String>>,
) -> Result<(Vec<Letter>, Vec<Refused>)> {
    let table = Table::read(kind, source, most)?;
    let tehran = Tehran::new()?;
    let (mut letters, mut refused) = (Vec::new(), Vec::new());
    for row in table.rows() {
        let (line, number) = (row.line, row.get(row::NUMBER).to_owned());
        match row::request(&row, campaign, scans, &tehran) {
            Ok(request) => letters.push(Letter { line, number, request }),
            Err((field, reason)) => refused.push(Refused::new(line, number, field.to_owned(), reason)),
        }
    }
    Ok((letters, refused))
}

/// Registers what was read, and adds what intake refuses to what could not be read. Repeating it registers nothing twice: the
/// campaign and the letter's number make the key. `ask` makes the call in somebody's name.
///
/// # Errors
/// When intake does not answer, or not to this caller: what was taken until then stays taken.
pub async fn register(
    mut intake: IntakeServiceClient<Channel>,
    (letters, refused): (Vec<Letter>, Vec<Refused>),
    ask: impl Fn(Messages) -> Request<Messages>,
) -> Result<Imported, Status> {
    let mut imported = Imported { refused, ..Imported::default() };
    for call in letters.chunks(CALL) {
        let messages: Vec<_> = call
            .chunks(MESSAGE)
            .map(|some| RegisterContactsRequest {
                contacts: some.iter().map(|letter| letter.request.clone()).collect(),
            })
            .collect();
        let answer = intake.register_contacts(ask(stream::iter(messages))).await?;
        imported.add(call, answer.into_inner());
    }
    imported.refused.sort_by_key(|refused| refused.line);
    Ok(imported)
}

impl Imported {
    fn add(&mut self, call: &[Letter], answer: RegisterContactsResponse) {
        self.registered += u64::from(answer.registered);
        for refused in answer.refused {
            // The row counts the contacts of the call.
            let letter = usize::try_from(refused.row).ok().and_then(|row| call.get(row));
            let (line, number) =
                letter.map(|letter| (letter.line, letter.number.clone())).unwrap_or_default();
            self.refused.push(Refused::new(line, number, refused.field, refused.reason));
        }
    }
}

#[cfg(test)]
mod tests;
