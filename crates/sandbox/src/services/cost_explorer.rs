//! Cost Explorer of an account that was seeded: what it answers was given with the rest, and what was not has no data. JSON 1.1;
//! shapes of the service's model (2017-10-25).
//!
//! moto answers `GetCostAndUsage` from a queue of its own, and does not know how far commitments cover what runs.

use serde_json::{Value, json};

use super::{Call, estate};
use crate::protocol::{Answer, json as wire};

/// Answers a call; `None` for one that is moto's.
#[must_use]
pub fn handle(store: &estate::Store, call: &Call, has_moto: bool) -> Option<Answer> {
    let seeded = store.costs(&call.account)?;
    if let Some(answer) = seeded.get(call.operation.as_str()) {
        return Some(wire::answer(answer));
    }
    let nothing: Value = match call.operation.as_str() {
        "GetCostAndUsage" if !has_moto => json!({ "ResultsByTime": [], "DimensionValueAttributes": [] }),
        "GetSavingsPlansCoverage" => json!({ "SavingsPlansCoverages": [] }),
        "GetReservationCoverage" => json!({ "CoveragesByTime": [] }),
        "GetSavingsPlansPurchaseRecommendation" => json!({}),
        "GetReservationPurchaseRecommendation" => json!({ "Recommendations": [] }),
        _ => return None,
    };
    Some(wire::answer(&nothing))
}
