//! `samad clock`: the clock of a rehearsal that stands still until it is moved.

use std::path::Path;

use anyhow::{Context as _, Result};
use chassis::clock::Clock;
use clap::{Args, Subcommand};
use jalali::Tehran;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::Context;
use crate::simulate::held_clock;

#[derive(Subcommand)]
pub enum ClockCommand {
    /// What the clock of a rehearsal shows.
    Show,
    /// Move it on: whatever falls due until then happens at once.
    Advance(Advance),
}

#[derive(Args)]
pub struct Advance {
    /// By how much: such as 2w, 16d, 36h or 90m.
    #[arg(value_parser = span)]
    by: SignedDuration,
}

impl ClockCommand {
    pub fn run(self, context: &Context, data: &Path) -> Result<u8> {
        let moment = match self {
            ClockCommand::Show => held(data)?.now(),
            ClockCommand::Advance(Advance { by }) => advance(&held(data)?, by)?,
        };
        let shown = Tehran::new()?.moment_fa(moment);
        context.show.value(&json!({"now": moment.to_string()}), || format!("{moment}  {shown}"));
        Ok(0)
    }
}

/// The held clock of a data folder. A production system has none: it runs by the live clock.
fn held(data: &Path) -> Result<Clock> {
    let clock = held_clock(data)?;
    clock.with_context(|| {
        format!(
            "{} runs by the live clock, which nobody moves: only a rehearsal's clock is held, such as that of `samad sandbox`",
            data.display()
        )
    })
}

fn advance(clock: &Clock, by: SignedDuration) -> Result<Timestamp> {
    let moment = clock.now().checked_add(by).context("so far no clock goes")?;
    clock.advance(moment)?;
    Ok(moment)
}

/// A number with its unit: `w`, `d`, `h` or `m`.
fn span(text: &str) -> Result<SignedDuration> {
    let units = [('w', 7 * 24 * 60), ('d', 24 * 60), ('h', 60), ('m', 1)];
    let read = units.into_iter().find_map(|(unit, minutes)| Some((text.strip_suffix(unit)?, minutes)));
    let (number, minutes) = read.context("it must be a number and a unit, such as 2w, 16d, 36h or 90m")?;
    let number: u32 = number.parse().context("the number before the unit must be whole, and not negative")?;
    Ok(SignedDuration::from_mins(i64::from(number) * minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_clock_goes_on_and_a_live_one_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        assert!(held(folder.path()).unwrap_err().to_string().contains("live clock"));
        let clock = Clock::hold(&folder.path().join("clock"), Timestamp::UNIX_EPOCH).unwrap();
        let moment = advance(&held(folder.path()).unwrap(), span("16d").unwrap()).unwrap();
        assert_eq!((clock.now(), moment.to_string().as_str()), (moment, "1970-01-17T00:00:00Z"));
    }

    #[test]
    fn spans_have_a_unit() {
        assert_eq!(span("36h").unwrap(), SignedDuration::from_hours(36));
        assert_eq!(span("2w").unwrap(), span("14d").unwrap());
        for wrong in ["", "16", "d", "-1d", "1.5d", "2y"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }
}
