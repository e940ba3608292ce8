//! Trips: for some days a province's contacts belong to a campaign with a policy of its own.

pub mod report;

use contracts::intake::Campaign as Wire;
use jalali::Tehran;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::contact::Fault;
use crate::domain::occasion::is_code;
use crate::domain::programme::choose;

/// Longest name, in characters.
const NAME_MAX: usize = 200;
/// Most counties: no province has more.
const COUNTIES_MAX: usize = 60;
/// Longest campaign.
const DAYS_MAX: i64 = 366;
/// Most telephone lines.
const LINES_MAX: u32 = 100_000;

/// A campaign in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its code.
    pub code: String,
    /// Counts its changes, from 1.
    pub version: u32,
    /// The name that citizens read.
    pub name_fa: String,
    /// Province code.
    pub province: String,
    /// County codes, in order; none: the whole province.
    pub counties: Vec<String>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// The first moment of the first day.
    pub opens_at: Timestamp,
    /// The first moment after the last day.
    pub closes_at: Timestamp,
    /// Telephone lines.
    pub lines: u32,
    /// The programme whose deadline policy governs its cases.
    pub programme: String,
}

impl Campaign {
    /// Whether a contact of that place and moment may belong to the campaign.
    ///
    /// # Errors
    /// Why not.
    pub fn takes(&self, province: &str, county: &str, occurred_at: Timestamp) -> Result<(), Fault> {
        let fault = |reason: String| Err(Fault { field: "campaign", reason });
        if self.province != province {
            return fault(format!("is one of the province {}", self.province));
        }
        if !self.counties.is_empty() && !self.counties.iter().any(|code| code == county) {
            return fault(format!("is one of the counties {}", self.counties.join(", ")));
        }
        if occurred_at < self.opens_at || self.closes_at <= occurred_at {
            return fault(format!(
                "is open from {} to {}: occurred_at must lie in it",
                self.from, self.until
            ));
        }
        Ok(())
    }
}

/// A campaign as version 1.
///
/// # Errors
/// Its first fault.
pub fn read(campaign: &Wire, tehran: &Tehran) -> Result<Campaign, Fault> {
    let wrong = |reason: &str| Fault { field: "campaign", reason: reason.to_owned() };
    if ![&campaign.campaign, &campaign.province, &campaign.programme].into_iter().all(|code| is_code(code)) {
        return Err(wrong(
            "campaign, province and programme are codes: 2 to 60 lower-case letters, digits and hyphens",
        ));
    }
    choose(&campaign.programme).map_err(|reason| wrong(&reason))?;
    if campaign.counties.len() > COUNTIES_MAX || !campaign.counties.iter().all(|code| is_code(code)) {
        return Err(wrong("counties are codes, 60 at most"));
    }
    let name_length = campaign.name_fa.trim().chars().count();
    if !(1..=NAME_MAX).contains(&name_length) || campaign.name_fa.chars().any(char::is_control) {
        return Err(wrong("name_fa must have 1 to 200 characters"));
    }
    let day = |text: &str| text.parse::<Date>().map_err(|_| wrong("days must be written YYYY-MM-DD"));
    let (from, until) = (day(&campaign.from_day)?, day(&campaign.until_day)?);
    let days = until.duration_since(from).as_hours() / 24;
    if !(0..DAYS_MAX).contains(&days) {
        return Err(wrong("until_day must not lie before from_day, nor a year after it"));
    }
    if campaign.lines > LINES_MAX {
        return Err(wrong("has more than 100000 lines"));
    }
    let moments = tehran.moments(jalali::Date::of(from)..=jalali::Date::of(until));
    let mut counties = campaign.counties.clone();
    counties.sort();
    counties.dedup();
    Ok(Campaign {
        code: campaign.campaign.clone(),
        version: 1,
        name_fa: campaign.name_fa.trim().to_owned(),
        province: campaign.province.clone(),
        counties,
        from,
        until,
        opens_at: moments.start,
        closes_at: moments.end,
        lines: campaign.lines,
        programme: campaign.programme.clone(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn trip() -> Wire {
        Wire {
            campaign: "trip-fars-1404".into(),
            name_fa: "سفر استانی فارس".into(),
            province: "fars".into(),
            counties: vec!["shiraz".into(), "kazerun".into(), "shiraz".into()],
            from_day: "2026-01-10".into(),
            until_day: "2026-01-12".into(),
            lines: 120,
            programme: "trip-fars-1404".into(),
            version: 0,
        }
    }

    #[test]
    fn a_campaign_is_read_as_written() {
        let tehran = Tehran::new().unwrap();
        let read_trip = read(&trip(), &tehran).unwrap();
        assert_eq!(read_trip.counties, ["kazerun", "shiraz"]);
        assert_eq!(read_trip.opens_at, "2026-01-09T20:30:00Z".parse().unwrap());
        assert_eq!(read_trip.closes_at, "2026-01-12T20:30:00Z".parse().unwrap());
        for wrong in [
            Wire { campaign: "Trip".into(), ..trip() },
            Wire { programme: String::new(), ..trip() },
            Wire { programme: "inaction".into(), ..trip() },
            Wire { name_fa: " ".into(), ..trip() },
            Wire { until_day: "2026-01-09".into(), ..trip() },
            Wire { from_day: "1404/10/20".into(), ..trip() },
            Wire { counties: vec!["شیراز".into()], ..trip() },
        ] {
            assert!(read(&wrong, &tehran).is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn it_takes_its_own_days_and_places_and_no_others(hour in -48_i64..120, county in prop::sample::select(vec!["shiraz", "kazerun", "lar", ""]), province in prop::sample::select(vec!["fars", "yazd"])) {
            let trip = read(&trip(), &Tehran::new().unwrap()).unwrap();
            let at = trip.opens_at + jiff::SignedDuration::from_hours(hour);
            let fits = province == "fars" && ["shiraz", "kazerun"].contains(&county) && (0..72).contains(&hour);
            prop_assert_eq!(trip.takes(province, county, at).is_ok(), fits);
        }
    }
}
