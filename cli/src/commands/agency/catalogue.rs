//! `samad agency import|list`: who acts on what.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use contracts::routing::{ListAgenciesRequest, ListAgenciesResponse};

use crate::commands::Context;

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
