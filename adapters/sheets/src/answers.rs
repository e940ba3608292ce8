//! Answers from a sheet that an agency's person filled in.

use std::io::{Read, Seek};

use anyhow::{Result, ensure};
use contracts::agency::{ActionKind, ActionPublished, AnswerOutcome};
use serde::Serialize;
use uuid::Uuid;

use crate::columns::{ANSWER, LEGAL_REASON, OUTCOME, REFERRAL};
use crate::table::{Row, Table};
use crate::{Column, Kind, ROWS_MAX};

/// Words of the column of outcomes, and what each does.
pub(crate) const WORDS: [((ActionKind, AnswerOutcome), Column); 5] = [
    ((ActionKind::Answer, AnswerOutcome::Done), ["done", "انجام شد"]),
    ((ActionKind::Answer, AnswerOutcome::PartlyDone), ["partly_done", "بخشی انجام شد"]),
    ((ActionKind::Answer, AnswerOutcome::NotPossible), ["not_possible", "ممکن نیست"]),
    ((ActionKind::Returned, AnswerOutcome::Unspecified), ["not_ours", "مربوط به ما نیست"]),
    ((ActionKind::Progress, AnswerOutcome::Unspecified), ["in_progress", "در دست اقدام"]),
];

/// Where the sheet's columns are explained.
const PAGE: &str = "docs/integrate/spreadsheets.md";

/// A row that says something.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its line in the file; the head is the first.
    pub line: u64,
    /// What it says.
    pub action: ActionPublished,
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Its line in the file; the head is the first.
    pub line: u64,
    /// The referral it names.
    pub referral_id: String,
    /// The column at fault; empty: the row as a whole.
    pub field: String,
    /// What is wrong and what would be right.
    pub reason: String,
    /// The same in Persian.
    pub reason_fa: String,
    /// Where it is explained.
    pub documentation: String,
}

/// The answers in a sheet, and the rows that cannot be one. Rows in which nothing was filled in are passed over.
///
/// # Errors
/// When it is no table, or has no column of referrals or of outcomes.
pub fn read(kind: Kind, source: impl Read + Seek) -> Result<(Vec<Answer>, Vec<Refused>)> {
    let table = Table::read(kind, source, ROWS_MAX)?;
    for column in [REFERRAL, OUTCOME] {
        ensure!(table.has(column), "its first row names no column «{}»", column[1]);
    }
    let (mut answers, mut refused) = (Vec::new(), Vec::new());
    for row in table.rows() {
        match action(&row) {
            Ok(Some(action)) => answers.push(Answer { line: row.line, action }),
            Ok(None) => {}
            Err(fault) => refused.push(*fault),
        }
    }
    Ok((answers, refused))
}

fn action(row: &Row<'_>) -> Result<Option<ActionPublished>, Box<Refused>> {
    let [word, text, legal_reason] = [OUTCOME, ANSWER, LEGAL_REASON].map(|column| row.get(column));
    if [word, text, legal_reason].iter().all(|cell| cell.is_empty()) {
        return Ok(None);
    }
    let named = row.get(REFERRAL);
    let fault = |column: Column, reason: &str, reason_fa: &str| {
        Box::new(Refused {
            line: row.line,
            referral_id: named.to_owned(),
            field: column[0].to_owned(),
            reason: reason.to_owned(),
            reason_fa: reason_fa.to_owned(),
            documentation: PAGE.to_owned(),
        })
    };
    let referral = Uuid::try_parse(named).map_err(|_| {
        fault(
            REFERRAL,
            "must be the referral's id, as the sheet was downloaded with it",
            "شناسه ارجاع را همان‌گونه که در برگه بود نگه دارید.",
        )
    })?;
    let lowered = word.to_lowercase();
    let known = WORDS.iter().find(|(_, names)| names.contains(&lowered.as_str()));
    let ((kind, outcome), _) = known.ok_or_else(|| {
        let words = |which: usize| WORDS.map(|(_, names)| names[which]);
        fault(
            OUTCOME,
            &format!("must be one of: {}", words(0).join(", ")),
            &format!("باید یکی از این‌ها باشد: {}", words(1).join("، ")),
        )
    })?;
    // The same words on the same referral are one action, however often the sheet is handed in.
    let said = format!("sheet {} {} {text} {legal_reason}", *kind as i32, *outcome as i32);
    Ok(Some(ActionPublished {
        action_id: Uuid::new_v5(&referral, said.as_bytes()).to_string(),
        referral_id: referral.to_string(),
        kind: (*kind).into(),
        outcome: (*outcome).into(),
        text: text.to_owned(),
        legal_reason: legal_reason.to_owned(),
        ..Default::default()
    }))
}

#[cfg(test)]
#[path = "answers_tests.rs"]
mod tests;
