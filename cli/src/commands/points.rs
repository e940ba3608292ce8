//! `samad points list|rebut|rule|evidence|policies`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use audit::rules_file;
use clap::{Subcommand, ValueEnum};
use contracts::audit::{
    Deduction, FileRebuttalRequest, GetEvidenceRequest, GetEvidenceResponse, ListDeductionsRequest,
    ListDeductionsResponse, RuleRebuttalRequest, Ruling,
};

use super::Context;

#[derive(Subcommand)]
pub enum Points {
    /// Points that came off managers' scores, the newest first.
    List {
        #[arg(long, default_value = "")]
        agency: String,
        #[arg(long, default_value = "")]
        manager: String,
        #[arg(long, default_value = "")]
        province: String,
        /// What the page before ended with.
        #[arg(long, default_value = "")]
        page: String,
    },
    /// File a manager's rebuttal of a deduction.
    Rebut {
        /// The deduction's id, as `list` shows it.
        deduction: String,
        text: String,
        /// Who files it.
        #[arg(long)]
        by: String,
    },
    /// Rule on a rebuttal.
    Rule {
        deduction: String,
        ruling: Word,
        reason: String,
        /// Who rules: not who filed the rebuttal.
        #[arg(long)]
        by: String,
    },
    /// The facts of an inaction complaint and of the referral it complains of, proved to be in the ledger.
    Evidence {
        /// The complaint's own case.
        case_id: String,
    },
    /// Import policies of evaluations and reports; a changed one becomes a new version.
    Policies {
        /// A file of policies (TOML); without it, those that come with Samad.
        file: Option<PathBuf>,
    },
}

/// What is ruled.
#[derive(Clone, Copy, ValueEnum)]
pub enum Word {
    /// The deduction stands.
    Upheld,
    /// The points are restored.
    Reversed,
}

impl Points {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let (mut door, show) = (context.doors.evaluation(), context.show);
        match self {
            Points::List { agency, manager, province, page: page_token } => {
                let asked = ListDeductionsRequest { agency, manager, province, page_token, page_size: 0 };
                let answer = door.list_deductions(asked).await?.into_inner();
                show.message("samad.audit.v1.ListDeductionsResponse", &answer, list)?;
            }
            Points::Rebut { deduction: deduction_id, text, by: filed_by } => {
                let asked = FileRebuttalRequest { deduction_id, text, filed_by };
                let answer = door.file_rebuttal(asked).await?.into_inner();
                show.message("samad.audit.v1.FileRebuttalResponse", &answer, |_| "filed".to_owned())?;
            }
            Points::Rule { deduction: deduction_id, ruling, reason, by: ruled_by } => {
                let ruling = match ruling {
                    Word::Upheld => Ruling::Upheld.into(),
                    Word::Reversed => Ruling::Reversed.into(),
                };
                let asked = RuleRebuttalRequest { deduction_id, ruling, reason, ruled_by };
                let answer = door.rule_rebuttal(asked).await?.into_inner();
                show.message("samad.audit.v1.RuleRebuttalResponse", &answer, |_| "ruled".to_owned())?;
            }
            Points::Evidence { case_id } => {
                let answer = door.get_evidence(GetEvidenceRequest { case_id }).await?.into_inner();
                show.message("samad.audit.v1.GetEvidenceResponse", &answer, evidence)?;
            }
            Points::Policies { file } => return policies(context, file).await,
        }
        Ok(0)
    }
}

async fn policies(context: &Context, file: Option<PathBuf>) -> Result<u8> {
    let rules = match file {
        Some(file) => rules_file::parse(
            &std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?,
        )?,
        None => rules_file::built_in()?,
    };
    let answer = context.doors.evaluation().import_evaluation_rules(rules).await?.into_inner();
    context.show.message("samad.audit.v1.ImportEvaluationRulesResponse", &answer, |answer| {
        format!("{} policies adopted, {} unchanged", answer.adopted, answer.unchanged)
    })?;
    Ok(0)
}

fn list(answer: &ListDeductionsResponse) -> String {
    let line = |line: &Deduction| {
        let deducted = line.deducted.clone().unwrap_or_default();
        let state = match (&line.restored, &line.ruled, &line.rebuttal) {
            (Some(_), ..) => "restored",
            (None, Some(_), _) => "upheld",
            (None, None, Some(_)) => "rebutted",
            (None, None, None) => "off",
        };
        format!(
            "{}  {}  {:<24}{:<12}{:>4} points  {state}",
            deducted.deduction_id, deducted.breach_day, deducted.agency, deducted.manager, deducted.points
        )
    };
    let mut lines: Vec<String> = answer.deductions.iter().map(line).collect();
    if answer.without_manager > 0 {
        lines.push(format!("{} breaches wait for a manager in office, or for facts", answer.without_manager));
    }
    if !answer.next_page_token.is_empty() {
        lines.push(format!("there are more: --page {}", answer.next_page_token));
    }
    lines.join("\n")
}

fn evidence(answer: &GetEvidenceResponse) -> String {
    let line = |part: &str, fact: &contracts::audit::ProvedFact| {
        let entry = fact.entry.clone().unwrap_or_default();
        format!("{part:<10}leaf {:<9}{:<24}{}", entry.index, entry.fact, entry.agency)
    };
    let complaint = answer.complaint.iter().map(|fact| line("complaint", fact));
    let referral = answer.referral.iter().map(|fact| line("referral", fact));
    let mut lines: Vec<String> = complaint.chain(referral).collect();
    lines.push(answer.checkpoint.clone());
    lines.join("\n")
}
