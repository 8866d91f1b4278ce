//! AWS Global Accelerator: JSON 1.1, in us-west-2 alone. Shapes, limits and error codes are those of the service's model
//! (2018-08-08).

mod accelerators;
mod endpoint_groups;
mod listeners;
mod model;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Call, page};
use crate::protocol::{Answer, ApiError, json};

pub use model::{Accelerator, Endpoint, EndpointGroup, Health, HealthState, Listener, Store};

/// The only region that answers.
pub const REGION: &str = "us-west-2";

/// How long a change takes to reach every edge location, in simulated seconds. AWS says minutes; the console shows about
/// this for a new accelerator.
const DEPLOYMENT: u32 = 150;

type Result<T> = std::result::Result<T, ApiError>;

/// Answers a call.
///
/// # Errors
/// As the service's.
pub fn handle(store: &mut Store, call: &Call, body: &[u8]) -> Result<Answer> {
    if call.region != REGION {
        return Err(ApiError::new(
            "InvalidSignatureException",
            format!("Credential should be scoped to a valid region, not '{}'.", call.region),
        )
        .with_status(403));
    }
    let value = match call.operation.as_str() {
        "CreateAccelerator" => accelerators::create(store, call, read(body)?)?,
        "DescribeAccelerator" => accelerators::describe(store, call, &read::<ByAccelerator>(body)?)?,
        "ListAccelerators" => accelerators::list(store, call, &read(body)?)?,
        "UpdateAccelerator" => accelerators::update(store, call, read(body)?)?,
        "DeleteAccelerator" => accelerators::delete(store, call, &read::<ByAccelerator>(body)?)?,
        "DescribeAcceleratorAttributes" => accelerators::attributes(store, call, &read::<ByAccelerator>(body)?)?,
        "UpdateAcceleratorAttributes" => accelerators::update_attributes(store, call, read(body)?)?,
        "TagResource" => accelerators::tag(store, call, read(body)?)?,
        "UntagResource" => accelerators::untag(store, call, &read(body)?)?,
        "ListTagsForResource" => accelerators::tags(store, call, &read(body)?)?,
        "CreateListener" => listeners::create(store, call, read(body)?)?,
        "DescribeListener" => listeners::describe(store, call, &read(body)?)?,
        "ListListeners" => listeners::list(store, call, &read(body)?)?,
        "UpdateListener" => listeners::update(store, call, read(body)?)?,
        "DeleteListener" => listeners::delete(store, call, &read(body)?)?,
        "CreateEndpointGroup" => endpoint_groups::create(store, call, read(body)?)?,
        "DescribeEndpointGroup" => endpoint_groups::describe(store, call, &read(body)?)?,
        "ListEndpointGroups" => endpoint_groups::list(store, call, &read(body)?)?,
        "UpdateEndpointGroup" => endpoint_groups::update(store, call, read(body)?)?,
        "DeleteEndpointGroup" => endpoint_groups::delete(store, call, &read(body)?)?,
        "AddEndpoints" => endpoint_groups::add(store, call, read(body)?)?,
        "RemoveEndpoints" => endpoint_groups::remove(store, call, &read(body)?)?,
        other => {
            return Err(ApiError::new(
                "UnknownOperationException",
                format!("The sandbox does not implement Global Accelerator's {other}."),
            ));
        }
    };
    Ok(json::answer(&value))
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tag {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ByAccelerator {
    accelerator_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Paging {
    max_results: Option<i64>,
    next_token: Option<String>,
}

impl Paging {
    /// The page of `items` under `name`.
    fn answer(&self, name: &str, items: Vec<Value>) -> Result<Value> {
        let most = self.max_results.unwrap_or(10);
        let most = usize::try_from(most).ok().filter(|most| (1..=100).contains(most));
        let most = most.ok_or_else(|| invalid("MaxResults must be between 1 and 100."))?;
        let (items, next) = page(items, self.next_token.as_deref(), most)
            .ok_or_else(|| ApiError::new("InvalidNextTokenException", "There isn't another item to return."))?;
        let mut answer = serde_json::Map::new();
        answer.insert(name.to_owned(), Value::Array(items));
        if let Some(next) = next {
            answer.insert("NextToken".to_owned(), Value::String(next));
        }
        Ok(Value::Object(answer))
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T> {
    json::read(body, "InvalidArgumentException")
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidArgumentException", message)
}

#[cfg(test)]
mod tests;
