//! Whether a centre answers, and until when (rule 1).

use contracts::intake::{GetHoursRequest, GetHoursResponse};
use contracts::{optional_instant, timestamp};
use jiff::Timestamp;
use jiff::civil::Date;
use tonic::Status;

use crate::api::desk::Desk;
use crate::api::{bad_field, unavailable};
use crate::domain::hours::{Answering, Centre, Timetable};
use crate::store;

pub(crate) async fn get_hours(
    desk: &Desk,
    request: GetHoursRequest,
    now: Timestamp,
) -> Result<GetHoursResponse, Status> {
    let at = optional_instant(request.at.as_ref()).map_err(|error| bad_field("at", error))?.unwrap_or(now);
    let (province, centre) = centre_of(&request.province, &request.centre)?;
    let hours = at_moment(desk, Centre { province, centre }, at).await?;
    Ok(GetHoursResponse { open: hours.open, until: hours.until.map(timestamp), reason_fa: hours.reason_fa })
}

/// The province, and the centre: by default the province's.
pub(crate) fn centre_of<'a>(province: &'a str, centre: &'a str) -> Result<(&'a str, &'a str), Status> {
    let is_code = |code: &str| {
        code.len() <= 100 && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if province.is_empty() || !is_code(province) {
        return Err(bad_field("province", "must be a province code: lower-case letters and hyphens"));
    }
    if !is_code(centre) {
        return Err(bad_field("centre", "must be a centre code: lower-case letters, digits and hyphens"));
    }
    Ok((province, if centre.is_empty() { province } else { centre }))
}

/// What the rules say of a centre at a moment.
pub(crate) async fn at_moment(desk: &Desk, centre: Centre<'_>, at: Timestamp) -> Result<Answering, Status> {
    let day = desk.tehran.zoned(at).date();
    let timetable = timetable(desk, day).await.map_err(unavailable)?;
    Ok(timetable.answering(centre, at, &desk.tehran))
}

/// What says when centres answer, from a day on.
async fn timetable(desk: &Desk, from: Date) -> anyhow::Result<Timetable> {
    let mut connection = desk.store.pool().acquire().await?;
    let rules = store::desk::hours(&mut *connection, from).await?;
    let known = desk.cases.batch.book.current(&mut connection).await?;
    Ok(Timetable { rules, days_off: known.days_off.clone() })
}
