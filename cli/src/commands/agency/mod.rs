//! `samad agency …`: who acts on what, and who is let in on the broker.

pub(in crate::commands) mod access;
pub(in crate::commands) mod catalogue;
mod proof;
mod sheet;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use sheets::Kind;

use super::Context;
use crate::commands::agency::access::Place;

#[derive(Subcommand)]
pub enum Agency {
    /// Import agencies, topics and rules; repeating it changes nothing.
    Import {
        /// Catalogue files (TOML); without any, the two provinces that come with Samad.
        files: Vec<PathBuf>,
    },
    /// The agencies of a province.
    List {
        /// Province code; all if absent.
        #[arg(long, default_value = "")]
        province: String,
    },
    /// Choose how an agency's facts are written from now on; those that were told stay as they are.
    Format {
        /// The agency's code.
        code: String,
        /// json, for adapters in any language, or protobuf, as adapters on the SDK have it.
        format: Format,
    },
    /// Write an agency's open referrals into a spreadsheet, for one that has no adapter.
    ExportReferrals {
        /// The agency's code.
        code: String,
        /// The file; csv or xlsx by its ending.
        file: PathBuf,
        /// csv or xlsx, where the ending does not say.
        #[arg(long, value_parser = kind)]
        format: Option<Kind>,
    },
    /// Record what an agency filled in; rows that cannot be taken are named, and repeating it records nothing twice.
    ImportAnswers {
        /// The agency's code.
        code: String,
        /// The spreadsheet as it was exported, with its columns outcome, answer and legal_reason filled in.
        file: PathBuf,
    },
    /// Let an agency's adapter in: writes the one file to hand over to its people.
    Onboard {
        #[command(flatten)]
        file: File,
        #[command(flatten)]
        proof: proof::Proof,
        #[command(flatten)]
        broker: Broker,
    },
    /// Give new credentials in the place of those that its people hold, which are refused at once.
    Rotate {
        #[command(flatten)]
        file: File,
        #[command(flatten)]
        broker: Broker,
    },
    /// Let its adapters in no longer, and cut those that are connected, until it is resumed.
    Suspend {
        /// The agency's code.
        code: String,
        #[command(flatten)]
        broker: Broker,
    },
    /// Let a suspended agency in again, with the credentials that it holds.
    Resume {
        /// The agency's code.
        code: String,
        #[command(flatten)]
        broker: Broker,
    },
    /// Refuse an agency's credentials for good, and cut its adapters. It may be onboarded anew.
    Revoke {
        /// The agency's code.
        code: String,
        #[command(flatten)]
        broker: Broker,
    },
    /// Which agencies are let in.
    Access,
}

fn kind(word: &str) -> Result<Kind, &'static str> {
    Kind::of(word).ok_or("must be csv or xlsx")
}

/// How an agency's facts are written.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// The protobuf JSON mapping.
    Json,
    /// Protobuf.
    Protobuf,
}

/// What is written for an agency.
#[derive(Args)]
pub struct File {
    /// The agency's code, as `samad agency list` shows it.
    code: String,
    /// The credentials are for trials: only a sandbox gives such, and only a sandbox takes them.
    #[arg(long)]
    sandbox: bool,
    /// The broker's address as the agency reaches it; as this command does if absent.
    #[arg(long)]
    address: Option<String>,
    /// The folder that the file is written into; the data folder if absent.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Who is told.
#[derive(Args)]
pub struct Broker {
    /// A broker elsewhere.
    #[arg(long, env = "SAMAD_NATS_URL", hide_env_values = true)]
    nats_url: Option<String>,
}

impl Agency {
    pub async fn run(self, context: &Context, data: &Path) -> Result<u8> {
        let place = |broker: Broker| {
            let nats_url = broker.nats_url.unwrap_or_else(|| context.ports.nats_url());
            Place { show: context.show, data: data.to_owned(), nats_url }
        };
        match self {
            Agency::Import { files } => catalogue::import(context, &files).await,
            Agency::List { province } => catalogue::list(context, province).await,
            Agency::Format { code, format } => catalogue::format(context, &code, format).await,
            Agency::ExportReferrals { code, file, format } => {
                sheet::export(context, &code, &file, format).await
            }
            Agency::ImportAnswers { code, file } => sheet::import(context, &code, &file).await,
            Agency::Onboard { file, proof, broker } => access::onboard(&place(broker), &file, &proof).await,
            Agency::Rotate { file, broker } => access::rotate(&place(broker), &file).await,
            Agency::Suspend { code, broker } => access::suspend(&place(broker), &code).await,
            Agency::Resume { code, broker } => access::resume(&place(broker), &code).await,
            Agency::Revoke { code, broker } => access::revoke(&place(broker), &code).await,
            Agency::Access => access::show(context.show, data),
        }
    }
}
