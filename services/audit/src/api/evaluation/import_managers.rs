//! Terms of office as they now are: a changed one becomes a new version.

use contracts::audit::{ImportManagersRequest, ImportManagersResponse, ManagerAppointed};
use contracts::timestamp;

use super::EvaluationDoor;
use crate::api::{Refusal, small};
use crate::contract::{read_term, term};
use crate::domain::faults::Fault;
use crate::domain::office::adopt;
use crate::statement::Statement;
use crate::store::managers;

/// As the contract says.
const MAX_TERMS: usize = 5_000;

pub(super) async fn import_managers(
    door: &EvaluationDoor,
    asked: ImportManagersRequest,
) -> Result<ImportManagersResponse, Refusal> {
    let count = asked.terms.len();
    if count > MAX_TERMS {
        return Err(Fault::new("terms", &format!("must be at most {MAX_TERMS}")).into());
    }
    let read = |(place, term)| read_term(term).map_err(|fault| fault.at("terms", place));
    let imported = asked.terms.into_iter().enumerate().map(read).collect::<Result<Vec<_>, Fault>>()?;
    let agencies: Vec<String> = imported.iter().map(|term| term.agency.clone()).collect();

    let mut statement = Statement::begin(&door.store).await?;
    let known = managers::newest(statement.connection(), Some(&agencies)).await?;
    let adopted = adopt(&known, imported)?;
    if !adopted.is_empty() {
        let now = statement.now();
        managers::add(statement.connection(), &adopted, now).await?;
        for adopted in &adopted {
            let fact = ManagerAppointed { term: Some(term(adopted)), recorded_at: Some(timestamp(now)) };
            statement.state(&fact);
        }
        statement.commit(&door.days).await?;
    }
    let adopted = adopted.len();
    Ok(ImportManagersResponse { adopted: small(adopted), unchanged: small(count - adopted) })
}
