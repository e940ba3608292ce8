//! Keeps what agencies are to be reminded of, and makes one notice a day for each recipient of an agency; of what cannot
//! wait for the morning one an hour.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use jalali::Tehran;
use jiff::ToSpan as _;
use outbox::Tx;

use crate::domain::digest;
use crate::domain::notice::{Details, Draft, Template, To};
use crate::store::notices::{self, State};
use crate::store::recipients;
use crate::store::reminders::{self, Of, Reminder};

/// Takes reminders in, in whatever order and however often they are heard.
pub(super) async fn remind(tx: &mut Tx, tehran: &Tehran, heard: &BTreeSet<Reminder>) -> Result<()> {
    let Some(latest) = heard.iter().map(|reminder| reminder.day).max() else { return Ok(()) };
    let days =
        reminders::add(tx.connection(), heard, latest.saturating_sub(digest::KEPT_DAYS.days())).await?;
    let agencies: BTreeSet<&str> = days.iter().map(|(agency, ..)| agency.as_str()).collect();
    let agencies: Vec<&str> = agencies.into_iter().collect();
    let told = recipients::of_agencies(tx.connection(), &agencies).await?;
    let drafts = drafts(&days, &told, tehran);
    if drafts.is_empty() { Ok(()) } else { notices::add(tx.connection(), &drafts).await }
}

fn drafts(
    days: &BTreeSet<Of>,
    told: &HashMap<String, Vec<(String, String)>>,
    tehran: &Tehran,
) -> Vec<(Draft, State)> {
    let of_day = |(agency, day, hour): &Of| {
        let not_before = digest::reminded_at(*day, *hour, tehran);
        let draft = |(recipient, province): &(String, String)| Draft {
            to: To::Staff(recipient.clone()),
            province: province.clone(),
            cause: digest::cause_of_reminders(agency, *day, *hour),
            template: Template::Reminded,
            details: Details {
                day: Some(*day),
                hour: *hour,
                of_agency: agency.clone(),
                ..Default::default()
            },
            created_at: not_before,
            not_before,
        };
        let recipients = told.get(agency).into_iter().flatten();
        recipients.map(|recipient| (draft(recipient), State::Pending)).collect::<Vec<_>>()
    };
    days.iter().flat_map(of_day).collect()
}
