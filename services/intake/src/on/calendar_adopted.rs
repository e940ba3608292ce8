//! Holidays or weekly days off were imported.

use anyhow::Result;
use contracts::deadline::CalendarAdopted as Fact;
use outbox::{Hear, Heard, Tx};

use super::days_off::import;
use crate::store::calendar;

/// Keeps them, so that promises count working days as deadline does.
pub struct CalendarAdopted;

impl Hear for CalendarAdopted {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        // An import is made by hand, a few times a year: facts of it hardly ever come together.
        for Heard { fact, .. } in facts {
            let (holidays, weeks) = import(fact)?;
            calendar::keep_import(tx.connection(), &holidays, &weeks).await?;
        }
        Ok(())
    }
}
