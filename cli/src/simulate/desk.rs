//! The manual desk, which sends on what no rule decides, and the provincial arbiter (rule 4).

use anyhow::{Context, Result};
use contracts::routing::{
    AssignDeskItemRequest, ListArbitrationsRequest, ListDeskItemsRequest, RuleArbitrationRequest,
};

use super::life::Desk;
use crate::doors::Doors;

/// What a life must not lack.
const NOBODY: &str = "the life names no agency for the manual desk";

/// Decides every open item of the province; how many there were.
///
/// # Errors
/// When routing refuses a decision or does not answer.
pub async fn decide(doors: &Doors, province: &str, desk: &[Desk]) -> Result<u64> {
    let mut decided = 0;
    loop {
        let request = ListDeskItemsRequest { province: province.to_owned(), ..Default::default() };
        let items = doors.routing().list_desk_items(request).await?.into_inner().items;
        if items.is_empty() {
            return Ok(decided);
        }
        for item in items {
            let agency = choose(desk, &item.topic, item.round).context(NOBODY)?;
            let request = AssignDeskItemRequest { case_id: item.case_id, agency };
            doors.routing().assign_desk_item(request).await?;
            decided += 1;
        }
    }
}

/// Rules on every case of the province that waits for the arbiter; how many there were.
///
/// # Errors
/// As [`decide`].
pub async fn arbitrate(doors: &Doors, province: &str, desk: &[Desk]) -> Result<u64> {
    let mut ruled = 0;
    loop {
        let request = ListArbitrationsRequest { province: province.to_owned(), ..Default::default() };
        let waiting = doors.rulings().list_arbitrations(request).await?.into_inner().arbitrations;
        if waiting.is_empty() {
            return Ok(ruled);
        }
        for asked in waiting {
            let request = RuleArbitrationRequest {
                agency: choose(desk, &asked.topic, asked.round).context(NOBODY)?,
                arbitration_id: asked.arbitration_id,
                reason: "با بررسی شرح وظایف دستگاه‌ها".to_owned(),
                becomes_rule: false,
                ruled_by: "arbiter".to_owned(),
            };
            doors.rulings().rule_arbitration(request).await?;
            ruled += 1;
        }
    }
}

/// By topic and round alone: the order of the items leaves no trace.
fn choose(desk: &[Desk], topic: &str, round: u32) -> Option<String> {
    let root = topic.split('.').next().unwrap_or_default();
    let line = desk
        .iter()
        .find(|line| line.topic == root)
        .or_else(|| desk.iter().find(|line| line.topic.is_empty()))?;
    let round = usize::try_from(round.saturating_sub(1)).unwrap_or_default();
    line.agencies.get(round).or(line.agencies.last()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_goes_to_another_agency_in_the_next_round() {
        let desk = crate::simulate::Life::shipped().unwrap().desk;
        let choose = |topic: &str, round| choose(&desk, topic, round).unwrap();
        assert_ne!(choose("joint", 1), choose("joint", 2));
        assert_eq!(choose("other", 9), choose("policy", 3));
    }
}
