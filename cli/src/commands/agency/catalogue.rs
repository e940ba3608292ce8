//! `samad agency import|list|format`: who acts on what, and how it is told.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use contracts::routing::{ImportCatalogueRequest, ListAgenciesRequest, ListAgenciesResponse, WireFormat};
use serde_json::json;

use super::Format;
use crate::commands::Context;
use crate::doors::Doors;

pub(super) async fn import(context: &Context, files: &[PathBuf]) -> Result<u8> {
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

pub(super) async fn list(context: &Context, province: String) -> Result<u8> {
    let all = agencies(&context.doors, &province).await?;
    context.show.message("samad.routing.v1.ListAgenciesResponse", &all, |all| {
        all.agencies.iter().map(|a| format!("{:<36}{}", a.code, a.name_fa)).collect::<Vec<_>>().join("\n")
    })?;
    Ok(0)
}

pub(super) async fn format(context: &Context, code: &str, format: Format) -> Result<u8> {
    let word = set_format(&context.doors, code, format).await?;
    context.show.value(&json!({"agency": code, "format": word}), || {
        format!("what {code} is told from now on is {word}")
    });
    Ok(0)
}

/// Chooses how the agency's facts are written from now on; the word for it.
///
/// # Errors
/// When the catalogue has no such agency, or routing does not answer.
pub async fn set_format(doors: &Doors, code: &str, format: Format) -> Result<&'static str> {
    let agency = agencies(doors, "").await?.agencies.into_iter().find(|agency| agency.code == code);
    let mut agency = agency.with_context(|| {
        format!("the catalogue has no agency {code}: `samad agency list` shows those it has")
    })?;
    let (wire, word) = match format {
        Format::Json => (WireFormat::Json, "json"),
        Format::Protobuf => (WireFormat::Protobuf, "protobuf"),
    };
    agency.format = wire.into();
    let import = ImportCatalogueRequest { agencies: vec![agency], ..Default::default() };
    doors.routing().import_catalogue(import).await?;
    Ok(word)
}

/// Every agency of a province; of all where it is empty.
async fn agencies(doors: &Doors, province: &str) -> Result<ListAgenciesResponse> {
    let mut all = ListAgenciesResponse::default();
    loop {
        let page_token = std::mem::take(&mut all.next_page_token);
        let request = ListAgenciesRequest { province: province.to_owned(), page_size: 500, page_token };
        let page = doors.routing().list_agencies(request).await?.into_inner();
        all.agencies.extend(page.agencies);
        all.next_page_token = page.next_page_token;
        if all.next_page_token.is_empty() {
            return Ok(all);
        }
    }
}
