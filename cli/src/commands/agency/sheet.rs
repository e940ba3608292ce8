//! `samad agency export-referrals|import-answers`: spreadsheets, for an agency that has nothing else.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context as _, Result};
use contracts::routing::ListTopicsRequest;
use serde_json::json;
use sheets::{Kind, Taken};
use tonic::Request;

use crate::commands::Context;

pub(super) async fn export(context: &Context, agency: &str, file: &Path, format: Option<Kind>) -> Result<u8> {
    let kind =
        format.or_else(|| Kind::of(&file.to_string_lossy())).context("say --format csv or --format xlsx")?;
    let referrals = sheets::waiting(context.doors.routing(), agency, Request::new).await?;
    let topics = context.doors.routing().list_topics(ListTopicsRequest {}).await?.into_inner().topics;
    let topics: HashMap<_, _> = topics.into_iter().map(|topic| (topic.code, topic.name_fa)).collect();
    let bytes = sheets::write(kind, &referrals, |referral| {
        let topic = topics.get(&referral.topic).unwrap_or(&referral.topic);
        [topic.clone(), referral.county.clone()]
    })?;
    std::fs::write(file, bytes).with_context(|| format!("{} cannot be written", file.display()))?;
    let count = referrals.len();
    context.show.value(&json!({"file": file, "referrals": count}), || {
        format!("{count} open referrals of {agency} in {}", file.display())
    });
    Ok(0)
}

/// 1 when a row was refused.
pub(super) async fn import(context: &Context, agency: &str, file: &Path) -> Result<u8> {
    let name = file.display();
    let kind = Kind::of(&file.to_string_lossy())
        .with_context(|| format!("{name}: answers come as .csv or .xlsx"))?;
    let source = File::open(file).with_context(|| format!("{name} cannot be read"))?;
    let read =
        sheets::read(kind, BufReader::new(source)).with_context(|| format!("{name} cannot be read"))?;
    let taken = sheets::hand_in(&context.doors.routing(), agency, read, Request::new).await?;
    context.show.fields(&taken, || lines(&taken))?;
    Ok(u8::from(!taken.refused.is_empty()))
}

fn lines(taken: &Taken) -> String {
    let head = format!("{} rows recorded, {} refused", taken.recorded, taken.refused.len());
    let refused = taken
        .refused
        .iter()
        .map(|row| format!("line {} ({}): {}: {}", row.line, row.referral_id, row.field, row.reason));
    std::iter::once(head).chain(refused).collect::<Vec<_>>().join("\n")
}
