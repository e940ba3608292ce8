//! Plays a province's life, day by day, on a clock that stands still while the system works: people who call, write and
//! complain, agencies of every temper, what the centre and the province do. At the end the facts are counted again, and
//! reports and evaluations are held against them.
//!
//! Each part of a life is a module, with its numbers in `data/life.toml`.

mod agencies;
mod attendance;
mod book;
mod calendar;
mod chance;
mod check;
mod citizens;
mod closures;
mod complaints;
mod desk;
mod diary;
mod extensions;
mod feedback;
mod life;
mod managers;
mod meetings;
mod news;
mod office;
mod people;
mod play;
mod rebuttals;
mod recount;
mod report;
mod rest;
mod scene;
mod stated;
mod temper;
mod trips;
mod voicemail;
mod withdrawals;

use std::path::Path;

use anyhow::{Result, ensure};
use chassis::clock::Clock;
use jalali::{Date, Tehran};
use jiff::Timestamp;

pub use life::Life;
pub use report::Report;

/// Where a data folder keeps its held clock.
const CLOCK_FILE: &str = "clock";

/// The held clock by which the data of that folder were made; none where they were made by the live one.
///
/// # Errors
/// When the clock's file is damaged.
pub fn held_clock(data: &Path) -> Result<Option<Clock>> {
    let file = data.join(CLOCK_FILE);
    if file.exists() { Clock::held(&file).map(Some) } else { Ok(None) }
}

/// A new clock for that folder, held at `moment`: whatever is begun there is a rehearsal for good.
///
/// # Errors
/// When the folder has a clock already or cannot be written.
pub fn hold_clock(data: &Path, moment: Timestamp) -> Result<Clock> {
    Clock::hold(&data.join(CLOCK_FILE), moment)
}

/// A life to play.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// The province's code.
    pub province: String,
    /// From 1 Farvardin 1404 on.
    pub days: u32,
    /// The same seed plays the same life.
    pub seed: u64,
    /// What the life is like.
    pub life: Life,
}

impl Simulation {
    /// The province's agencies, which need an account each.
    ///
    /// # Errors
    /// When the shipped catalogue has none there.
    pub fn agencies(&self) -> Result<Vec<String>> {
        let agencies = routing::catalogue_file::shipped()?.agencies.into_iter();
        let agencies = agencies.filter(|agency| agency.province == self.province);
        let codes: Vec<String> = agencies.map(|agency| agency.code).collect();
        ensure!(!codes.is_empty(), "the shipped catalogue has no agencies in {}", self.province);
        Ok(codes)
    }

    /// A new clock in the data folder, held where the life begins.
    ///
    /// # Errors
    /// When the folder has one already or cannot be written.
    pub fn clock(&self, data: &Path) -> Result<Clock> {
        let midnight = Tehran::new()?.first_moment(first_day()?);
        hold_clock(data, midnight)
    }
}

/// The first day of a life.
fn first_day() -> Result<Date> {
    Ok(Date::new(1404, 1, 1)?)
}
