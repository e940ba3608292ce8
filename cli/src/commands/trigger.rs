//! `samad trigger EVENT`: makes something happen in a sandbox, through the services' real doors.

use std::path::Path;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use contracts::routing::Agency;
use serde_json::json;

use super::Context;
use super::contact::KindWord;
use crate::sandbox::{AGENCY, Draft, Feed, Hand, Issued, Sandbox, Way};

#[derive(Args)]
pub struct Trigger {
    /// What is to happen: --list says what each is.
    #[arg(value_enum, required_unless_present = "list", hide_possible_values = true)]
    event: Option<Event>,
    /// Print what can be made to happen.
    #[arg(long)]
    list: bool,
    /// To which agency.
    #[arg(long, default_value = AGENCY)]
    agency: String,
    /// To this case of the agency, by its tracking code or id; a new one if absent.
    #[arg(long)]
    case: Option<String>,
    /// The new case's topic; one that the catalogue sends to the agency if absent.
    #[arg(long)]
    topic: Option<String>,
    /// What the citizen says.
    #[arg(long)]
    text: Option<String>,
    /// Where it is, in words.
    #[arg(long)]
    place: Option<String>,
    #[arg(long, value_enum, default_value = "request")]
    kind: KindWord,
}

/// What can be made to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Event {
    /// A citizen's case is sent to the agency (referral_issued).
    #[value(name = "referral.issued")]
    ReferralIssued,
    /// The citizen takes the case back (referral_withdrawn).
    #[value(name = "referral.withdrawn")]
    ReferralWithdrawn,
    /// The answer solved nothing: the case comes back for another round (referral_issued).
    #[value(name = "referral.reopened")]
    ReferralReopened,
    /// The province grants an extension that the agency's staff asked for by hand (extension_ruled).
    #[value(name = "extension.granted")]
    ExtensionGranted,
    /// The province refuses one (extension_ruled).
    #[value(name = "extension.refused")]
    ExtensionRefused,
    /// The citizen's documents come, for which the staff asked by hand (documents_received).
    #[value(name = "documents.provided")]
    DocumentsProvided,
    /// A reviewer gives back an answer that only points elsewhere (action_refused: answer_rejected).
    #[value(name = "answer.rejected")]
    AnswerRejected,
    /// The clock is moved to the first reminder (reminder_due, which people hear and adapters do not).
    #[value(name = "deadline.reminder_due")]
    DeadlineReminderDue,
    /// The clock is moved past the deadline (deadline_breached, which people hear and adapters do not).
    #[value(name = "deadline.breached")]
    DeadlineBreached,
}

impl Trigger {
    pub async fn run(self, context: &Context, data: &Path) -> Result<u8> {
        let Some(event) = self.event.filter(|_| !self.list) else {
            list(context);
            return Ok(0);
        };
        let sandbox = Sandbox::open(data, &context.doors, context.ports.nats_url())?;
        let feed = Feed::open(&sandbox, &self.agency).await?;
        let agency = sandbox.agency(&self.agency).await?;
        // The adapter finds what was said and what followed from it, however fast it answers.
        let happened = feed.while_held(async {
            let issued = self.referral(&sandbox, &agency).await?;
            happen(event, &sandbox, issued).await
        });
        let issued = happened.await?;
        let now = sandbox.now().to_string();
        let json = json!({"agency": issued.agency, "case_id": issued.case_id, "tracking_code": issued.tracking_code,
            "referral_id": issued.referral_id, "now": now});
        context.show.value(&json, || {
            format!("referral {}  of case {}  at {now}", issued.referral_id, issued.tracking_code)
        });
        Ok(0)
    }

    /// That of the named case, or a new one.
    async fn referral(&self, sandbox: &Sandbox, agency: &Agency) -> Result<Issued> {
        let Some(case) = &self.case else {
            let catalogue = routing::catalogue_file::shipped()?;
            let way = Way::to(agency, self.topic.as_deref(), &catalogue);
            return sandbox.issue(agency, &way, &self.draft()).await;
        };
        let case = sandbox.case(case).await?;
        let referral = sandbox.referral(&case.case_id, &agency.code).await?;
        let referral =
            referral.with_context(|| format!("--case: no agency has {} yet", case.tracking_code))?;
        Ok(Issued {
            case_id: case.case_id,
            tracking_code: case.tracking_code,
            referral_id: referral.referral_id,
            agency: agency.code.clone(),
            province: case.province,
        })
    }

    fn draft(&self) -> Draft {
        let usual = Draft::default();
        Draft {
            text: self.text.clone().unwrap_or(usual.text),
            place: self.place.clone().unwrap_or(usual.place),
            kind: self.kind.kind(),
            reference: String::new(),
        }
    }
}

/// Makes it happen to the referral; the referral that the agency has then.
async fn happen(event: Event, sandbox: &Sandbox, issued: Issued) -> Result<Issued> {
    match event {
        Event::ReferralIssued => {}
        Event::ReferralWithdrawn => sandbox.withdraw(&issued.case_id).await?,
        Event::ReferralReopened => {
            sandbox.answered(&issued).await?;
            return sandbox.reopen(&issued).await;
        }
        Event::ExtensionGranted | Event::ExtensionRefused => {
            let asked = sandbox.extension_asked(&issued).await?;
            sandbox.rule_extension(&issued, &asked, event == Event::ExtensionGranted).await?;
        }
        Event::DocumentsProvided => {
            let asked = sandbox.documents_asked(&issued).await?;
            sandbox.documents_come(&issued, &asked).await?;
        }
        Event::AnswerRejected => {
            let answered = sandbox.by_hand(&issued, Hand::PointElsewhere).await?;
            sandbox.give_back(&issued, &answered).await?;
        }
        Event::DeadlineReminderDue => sandbox.advance(sandbox.reminder(&issued).await?)?,
        Event::DeadlineBreached => {
            let due = sandbox.due(&issued).await?;
            sandbox.advance(due.checked_add(jiff::SignedDuration::from_secs(1))?)?;
        }
    }
    Ok(issued)
}

fn list(context: &Context) {
    let events: Vec<(String, String)> = Event::value_variants()
        .iter()
        .filter_map(ValueEnum::to_possible_value)
        .map(|event| {
            (event.get_name().to_owned(), event.get_help().map(ToString::to_string).unwrap_or_default())
        })
        .collect();
    let json: Vec<_> = events.iter().map(|(event, what)| json!({"event": event, "what": what})).collect();
    context.show.value(&json.into(), || {
        let lines = events.iter().map(|(event, what)| format!("{event:<24}{what}"));
        lines.collect::<Vec<_>>().join("\n")
    });
}
