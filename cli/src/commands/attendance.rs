//! `samad attendance import|list|record|cancel`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Subcommand;
use contracts::intake::{
    CancelSlotRequest, ImportAttendanceResponse, ListSlotsRequest, ListSlotsResponse,
    RecordAttendanceRequest, Slot,
};
use intake::attendance_file;

use super::Context;
use crate::show::instant;

#[derive(Subcommand)]
pub enum Attendance {
    /// Import who attends when; what is changed becomes a new version, and slots are announced at once.
    Import {
        /// A file of patterns and policies (TOML); without it, those that come with Samad.
        file: Option<PathBuf>,
    },
    /// List the slots of the next 90 days, and how many were kept or missed.
    List {
        /// One province's code; all if absent.
        #[arg(long, default_value = "")]
        province: String,
        /// Begin so many days back, too.
        #[arg(long, default_value_t = 0)]
        back_days: u16,
    },
    /// The official of a slot is there; nobody stands in.
    Record {
        /// The slot's id.
        slot: String,
        /// Code of the official who came.
        official: String,
    },
    /// The official will not come: the slot stays uncovered.
    Cancel {
        /// The slot's id.
        slot: String,
        /// What citizens are told, in Persian.
        reason: String,
    },
}

impl Attendance {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Attendance::Import { file } => import(context, file).await,
            Attendance::List { province, back_days } => list(context, province, back_days).await,
            Attendance::Record { slot, official } => {
                let request = RecordAttendanceRequest { slot_id: slot, official, arrived_at: None };
                let answer = context.doors.attendance().record_attendance(request).await?.into_inner();
                context.show.message("samad.intake.v1.RecordAttendanceResponse", &answer, |answer| {
                    answer.slot.iter().map(line).collect()
                })?;
                Ok(0)
            }
            Attendance::Cancel { slot, reason } => {
                let request = CancelSlotRequest { slot_id: slot, reason_fa: reason };
                let answer = context.doors.attendance().cancel_slot(request).await?.into_inner();
                context.show.message("samad.intake.v1.CancelSlotResponse", &answer, |answer| {
                    answer.slot.iter().map(line).collect()
                })?;
                Ok(0)
            }
        }
    }
}

async fn import(context: &Context, file: Option<PathBuf>) -> Result<u8> {
    let request = match file {
        Some(file) => attendance_file::parse(
            &std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?,
        )?,
        None => attendance_file::shipped()?,
    };
    let answer = context.doors.attendance().import_attendance(request).await?.into_inner();
    context.show.message("samad.intake.v1.ImportAttendanceResponse", &answer, imported)?;
    Ok(0)
}

fn imported(answer: &ImportAttendanceResponse) -> String {
    let ImportAttendanceResponse { adopted, unchanged, announced, cancelled, refused } = answer;
    let mut lines = vec![format!(
        "{adopted} adopted, {unchanged} unchanged; {announced} slots announced, {cancelled} cancelled, {} refused",
        refused.len()
    )];
    lines.extend(refused.iter().map(|slot| format!("  {} {}: {}", slot.pattern, slot.day, slot.reason)));
    lines.join("\n")
}

async fn list(context: &Context, province: String, back_days: u16) -> Result<u8> {
    let from = match back_days {
        0 => None,
        days => {
            let back = jiff::SignedDuration::from_hours(24 * i64::from(days));
            Some(contracts::timestamp(chassis::clock::Clock::live().now().saturating_sub(back)?))
        }
    };
    let request = ListSlotsRequest { province, from, page_size: 500, ..Default::default() };
    let answer = context.doors.attendance().list_slots(request).await?.into_inner();
    context.show.message("samad.intake.v1.ListSlotsResponse", &answer, listed)?;
    Ok(0)
}

fn listed(answer: &ListSlotsResponse) -> String {
    let figures = answer.figures.unwrap_or_default();
    let mut lines: Vec<String> = answer.slots.iter().map(line).collect();
    lines.push(format!(
        "{} announced, {} kept, {} missed, {} uncovered, {} cancelled; {} contacts",
        figures.announced,
        figures.kept,
        figures.missed,
        figures.uncovered,
        figures.cancelled,
        figures.contacts
    ));
    lines.join("\n")
}

fn line(slot: &Slot) -> String {
    let state = slot.state().as_str_name().trim_start_matches("SLOT_STATE_").to_ascii_lowercase();
    format!(
        "{}  {}–{}  {:<9}  {}, {}  {}",
        slot.slot_id,
        instant(slot.starts_at.as_ref()),
        instant(slot.ends_at.as_ref()),
        state,
        slot.name_fa,
        slot.title_fa,
        slot.reason_fa
    )
}
