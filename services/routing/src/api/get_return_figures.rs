//! How often agencies returned what was sent to them: ping-pong, in figures (rule 4).

use contracts::routing::{GetReturnFiguresRequest, GetReturnFiguresResponse, ReturnFigures};
use contracts::{TimeError, optional_instant};
use jiff::Timestamp;

use super::{Call, Door, Refusal};
use crate::store::return_figures::{self, Span};

pub(super) async fn get_return_figures(
    door: &Door,
    request: GetReturnFiguresRequest,
    call: &Call,
) -> Result<GetReturnFiguresResponse, Refusal> {
    let province = call.caller.sees(&request.province)?;
    let bad = |field: &'static str| move |_: TimeError| Refusal::Invalid { field, message: "is no moment" };
    let from = optional_instant(request.from_at.as_ref()).map_err(bad("from_at"))?;
    let until = optional_instant(request.until_at.as_ref()).map_err(bad("until_at"))?;
    if province.contains('\0') {
        return Err(Refusal::Invalid { field: "province", message: "is no province code" });
    }
    let span = Span {
        province,
        from: from.unwrap_or(Timestamp::UNIX_EPOCH),
        until: until.unwrap_or_else(|| door.moment(call)),
    };
    let db = door.store.pool();
    let (arbitrations, became_rules) = return_figures::arbitrations(db, span).await?;
    let agencies = return_figures::by_agency(db, span).await?;
    let agencies = agencies.into_iter().map(|(agency, referrals, returned, overruled)| ReturnFigures {
        agency,
        referrals: count(referrals),
        returned: count(returned),
        overruled: count(overruled),
    });
    Ok(GetReturnFiguresResponse {
        agencies: agencies.collect(),
        arbitrations: count(arbitrations),
        became_rules: count(became_rules),
    })
}

fn count(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or_default()
}
