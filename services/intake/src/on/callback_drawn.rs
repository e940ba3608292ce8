//! An answer was drawn: its citizen is to be called back.

use anyhow::Result;
use chassis::Sealer;
use contracts::intake::Citizen;
use contracts::routing::CallbackDrawn as Fact;
use contracts::{CaseId, IdError, optional_instant};
use outbox::{Hear, Heard, Tx, refuse};
use prost::Message;

use crate::store::callbacks::{self, Drawn, Reach};

/// Puts the call-back into the work list of the centre that took the case.
pub struct CallbackDrawn {
    /// For citizens' numbers.
    pub sealer: Sealer,
}

impl Hear for CallbackDrawn {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let unreadable = |error: IdError| refuse(error.to_string());
        let cases = facts.iter().map(|heard| heard.fact.case_id.parse().map_err(unreadable));
        let cases: Vec<CaseId> = cases.collect::<Result<_>>()?;
        let reaches = callbacks::reaches(tx.connection(), &cases).await?;
        let mut drawn = Vec::with_capacity(facts.len());
        for (Heard { time, fact, .. }, case_id) in facts.iter().zip(cases) {
            let reach = reaches.get(&case_id).ok_or_else(|| refuse("its case is not in this database"))?;
            // Without a telephone nobody can be called back.
            let Some(sealed_caller) = self.sealed_phone(reach)? else { continue };
            let drawn_at =
                optional_instant(fact.drawn_at.as_ref()).map_err(|error| refuse(error.to_string()))?;
            drawn.push(Drawn {
                referral_id: fact.referral_id.parse().map_err(unreadable)?,
                case_id,
                agency: fact.agency.clone(),
                province: fact.province.clone(),
                centre: reach.centre.clone(),
                drawn_at: drawn_at.unwrap_or(*time),
                sealed_caller,
            });
        }
        if !drawn.is_empty() {
            callbacks::add(tx.connection(), &drawn).await?;
        }
        Ok(())
    }
}

impl CallbackDrawn {
    fn sealed_phone(&self, reach: &Reach) -> Result<Option<Vec<u8>>> {
        let Some(sealed) = &reach.sealed_citizen else { return Ok(None) };
        let citizen = Citizen::decode(self.sealer.open(sealed)?.as_slice())?;
        Ok((!citizen.phone.is_empty()).then(|| self.sealer.seal(citizen.phone.as_bytes())))
    }
}
