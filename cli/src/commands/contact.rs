//! `samad contact`: registers one contact, as an operator would.

use anyhow::Result;
use clap::{Args, ValueEnum};
use contracts::intake::{Channel, Citizen, GuidanceRung, Kind, Outcome, RegisterContactRequest};

use super::Context;
use crate::show::instant;

#[derive(Args)]
pub struct Contact {
    /// Province code, e.g. east-azerbaijan.
    #[arg(long)]
    province: String,
    /// County code, e.g. tabriz.
    #[arg(long, default_value = "")]
    county: String,
    /// Topic code, e.g. municipal.waste.
    #[arg(long)]
    topic: String,
    /// What the citizen says.
    #[arg(long)]
    text: String,
    #[arg(long, default_value = "")]
    place: String,
    #[arg(long, value_enum, default_value = "request")]
    kind: KindWord,
    #[arg(long, default_value = "")]
    name: String,
    /// Ten digits; its check digit is verified.
    #[arg(long, default_value = "")]
    national_id: String,
    #[arg(long, default_value = "")]
    phone: String,
    /// Ends the contact with advice instead of a case.
    #[arg(long, value_enum)]
    guidance: Option<RungWord>,
    /// The circular or mission that the advice rests on.
    #[arg(long, default_value = "")]
    citation: String,
    /// Of which agency's manager it complains: it goes past that agency to its supervisor.
    #[arg(long, default_value = "")]
    about_manager: String,
    /// Why a new case, although an open one seems to be of the same matter.
    #[arg(long, default_value = "")]
    new_case_reason: String,
    /// Makes the command repeatable: the same key registers once. A new one if absent.
    #[arg(long)]
    key: Option<String>,
}

/// A kind of contact, in a word.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum KindWord {
    Request,
    Complaint,
    Suggestion,
    Criticism,
    Idea,
    Report,
}

#[derive(Clone, Copy, ValueEnum)]
enum RungWord {
    Information,
    BeyondCapacity,
    Unlawful,
}

impl KindWord {
    /// As the contracts have it.
    pub(super) fn kind(self) -> Kind {
        match self {
            KindWord::Request => Kind::Request,
            KindWord::Complaint => Kind::Complaint,
            KindWord::Suggestion => Kind::Suggestion,
            KindWord::Criticism => Kind::Criticism,
            KindWord::Idea => Kind::Idea,
            KindWord::Report => Kind::Report,
        }
    }
}

impl Contact {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let answer = context.doors.intake().register_contact(self.request()).await?.into_inner();
        context.show.message("samad.intake.v1.RegisterContactResponse", &answer, |answer| {
            let mut lines = if answer.case_id.is_empty() {
                vec![format!("contact {} ended with guidance", answer.contact_id)]
            } else {
                let due = instant(answer.due_at.as_ref());
                vec![format!("{}  case {}  due {due}", answer.tracking_code, answer.case_id)]
            };
            lines.extend(answer.similar.iter().map(|similar| {
                let by: Vec<&str> = similar.matched_by().map(|by| by.as_str_name()).collect();
                let by = by.join(" ").replace("MATCHED_BY_", "").to_lowercase();
                format!("  perhaps the same matter as {} ({by})", similar.tracking_code)
            }));
            lines.extend(answer.to_ask.iter().map(|case| {
                let until = instant(case.feedback_until.as_ref());
                format!("  ask until {until} whether the answer to {} solved it", case.tracking_code)
            }));
            lines.join("\n")
        })?;
        Ok(0)
    }

    fn request(self) -> RegisterContactRequest {
        let rung = match self.guidance {
            None => GuidanceRung::Unspecified,
            Some(RungWord::Information) => GuidanceRung::Information,
            Some(RungWord::BeyondCapacity) => GuidanceRung::BeyondCapacity,
            Some(RungWord::Unlawful) => GuidanceRung::Unlawful,
        };
        RegisterContactRequest {
            request_key: self.key.unwrap_or_else(|| chassis::clock::Clock::live().new_id().to_string()),
            channel: Channel::Phone.into(),
            province: self.province,
            county: self.county,
            citizen: Some(Citizen {
                name: self.name,
                national_id: self.national_id,
                phone: self.phone,
                email: String::new(),
            }),
            kind: self.kind.kind().into(),
            topic: self.topic,
            text: self.text,
            place: self.place,
            outcome: if self.guidance.is_some() { Outcome::Guidance } else { Outcome::Register }.into(),
            guidance_rung: rung.into(),
            guidance_citation: self.citation,
            about_manager_agency: self.about_manager,
            new_case_reason: self.new_case_reason,
            ..Default::default()
        }
    }
}
