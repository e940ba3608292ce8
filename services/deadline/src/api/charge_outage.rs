//! Charges hours of broken delivery to whom they belong, and plans the moves that this makes.

use contracts::deadline::{ChargeOutageRequest, ChargeOutageResponse, ChargedTo, OutageCharged};
use contracts::{required_instant, timestamp};

use super::{Door, Refusal};
use crate::contract::party;
use crate::domain::account::Party;
use crate::domain::calendar::Span;
use crate::domain::closure::{is_code, read_id, read_reason};
use crate::domain::rules::Outage;
use crate::store::moves::{self, Reach};
use crate::store::outages;

/// The longest outage, hours: two months.
const MAX_HOURS: i64 = 1_440;

pub(super) async fn charge_outage(
    door: &Door,
    asked: ChargeOutageRequest,
) -> Result<ChargeOutageResponse, Refusal> {
    let mut outage = read(&asked)?;
    let now = door.store.clock().now();
    let mut tx = door.store.begin().await?;
    let (_, version) = door.book.next(tx.connection()).await?;
    if let Some(known) = outages::get(tx.connection(), outage.id).await? {
        outage.span = known.span;
        return if known == outage {
            Ok(ChargeOutageResponse { known: true })
        } else {
            Err(Refusal::Exists("outage_id was used for another outage"))
        };
    }
    outage.span = Span { added: version, removed: None };
    outages::add(tx.connection(), &outage, now).await?;
    if outage.to != Party::Agency {
        moves::plan(tx.connection(), version, &reach(&outage)).await?;
    }
    let fact = OutageCharged {
        outage_id: outage.id.to_string(),
        agency: outage.agency.clone(),
        from_at: Some(timestamp(outage.from)),
        until_at: Some(timestamp(outage.until)),
        to: party(outage.to).into(),
        reason_fa: outage.reason_fa.clone(),
        charged_at: Some(timestamp(now)),
        version,
    };
    tx.emit(now, &fact);
    tx.commit().await?;
    Ok(ChargeOutageResponse { known: false })
}

/// Which clocks an outage may move.
pub(super) fn reach(outage: &Outage) -> Reach {
    Reach {
        cause: Some(outage.id),
        province: String::new(),
        agency: outage.agency.clone(),
        due_from: outage.from,
        begun_before: outage.until,
    }
}

fn read(asked: &ChargeOutageRequest) -> Result<Outage, Refusal> {
    let moment = |field, at: Option<&_>| required_instant(at).map_err(|error| Refusal::invalid(field, error));
    let from = moment("from_at", asked.from_at.as_ref())?;
    let until = moment("until_at", asked.until_at.as_ref())?;
    if asked.agency.is_empty() || !is_code(&asked.agency) {
        return Err(Refusal::invalid("agency", "must be the code of an agency"));
    }
    if until <= from || until.duration_since(from).as_hours() > MAX_HOURS {
        return Err(Refusal::invalid(
            "until_at",
            format!("must lie after from_at, by {MAX_HOURS} hours at most"),
        ));
    }
    let to = match asked.to() {
        ChargedTo::Agency => Party::Agency,
        ChargedTo::System => Party::System,
        ChargedTo::Unspecified | ChargedTo::Citizen | ChargedTo::Centre => {
            return Err(Refusal::invalid("to", "must be AGENCY or SYSTEM: whose side did not deliver"));
        }
    };
    Ok(Outage {
        id: read_id("outage_id", &asked.outage_id)?,
        agency: asked.agency.clone(),
        from,
        until,
        to,
        reason_fa: read_reason(&asked.reason_fa)?,
        span: Span { added: 0, removed: None },
    })
}
