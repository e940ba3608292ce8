//! `samad agency import|list|key`

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Subcommand;
use contracts::routing::{ListAgenciesRequest, ListAgenciesResponse};
use ground::AgencyAccount;
use nkeys::KeyPair;
use serde_json::json;

use super::Context;
use crate::secrets::{Secrets, public_nkey};

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
    /// The key by which an agency's adapter signs in; made if it has none. A new one counts from the next start on.
    Key {
        /// The agency's code.
        code: String,
        /// The installation's data folder.
        #[arg(long, default_value = "var")]
        data: PathBuf,
    },
}

impl Agency {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Agency::Import { files } => import(context, &files).await,
            Agency::List { province } => list(context, province).await,
            Agency::Key { code, data } => key(context, &code, &data),
        }
    }
}

async fn import(context: &Context, files: &[PathBuf]) -> Result<u8> {
    let catalogue = if files.is_empty() {
        routing::catalogue_file::shipped()?
    } else {
        let mut texts = Vec::new();
        for file in files {
            texts.push(
                std::fs::read_to_string(file)
                    .with_context(|| format!("{} cannot be read", file.display()))?,
            );
        }
        routing::catalogue_file::parse(texts.iter().map(String::as_str))?
    };
    let answer = context.doors.routing().import_catalogue(catalogue).await?.into_inner();
    context.show.message("samad.routing.v1.ImportCatalogueResponse", &answer, |answer| {
        format!(
            "{} agencies added, {} changed; {} topics, {} rules",
            answer.agencies_added, answer.agencies_changed, answer.topics, answer.rules
        )
    })?;
    Ok(0)
}

async fn list(context: &Context, province: String) -> Result<u8> {
    let mut all = ListAgenciesResponse::default();
    loop {
        let page_token = std::mem::take(&mut all.next_page_token);
        let request = ListAgenciesRequest { province: province.clone(), page_size: 500, page_token };
        let page = context.doors.routing().list_agencies(request).await?.into_inner();
        all.agencies.extend(page.agencies);
        all.next_page_token = page.next_page_token;
        if all.next_page_token.is_empty() {
            break;
        }
    }
    context.show.message("samad.routing.v1.ListAgenciesResponse", &all, |all| {
        all.agencies.iter().map(|a| format!("{:<36}{}", a.code, a.name_fa)).collect::<Vec<_>>().join("\n")
    })?;
    Ok(0)
}

/// What `sdk::Connection::from_env` reads.
fn key(context: &Context, code: &str, data: &Path) -> Result<u8> {
    let known = Secrets::load(data)?;
    let is_new = !known.agencies.contains_key(code);
    if is_new {
        // A code that cannot be an account is refused before it keeps the broker from starting.
        let candidate =
            AgencyAccount { agency: code.to_owned(), public_nkey: KeyPair::new_user().public_key() };
        ground::nats_accounts(&public_nkey(&known.hub_seed)?, &[candidate])?;
    }
    let secrets = Secrets::load_or_make(data, &[code.to_owned()])?;
    let file = data.join(format!("{code}.nkey"));
    let mut written = File::options().write(true).create(true).truncate(true).mode(0o600).open(&file)?;
    written.write_all(secrets.agencies[code].as_bytes())?;
    let (url, file) = (format!("nats://127.0.0.1:{}", context.ports.nats()), file.canonicalize()?);
    context.show.value(
        &json!({"agency": code, "nats_url": url, "nkey_seed_file": file, "new": is_new}),
        || {
            let next = if is_new { "\n# a new key: it counts when ./samad up is started again" } else { "" };
            format!(
                "SAMAD_AGENCY={code}\nSAMAD_NATS_URL={url}\nSAMAD_AGENCY_SEED_FILE={}{next}",
                file.display()
            )
        },
    );
    Ok(0)
}
