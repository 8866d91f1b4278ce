//! Amazon EC2, as far as moto lacks it or answers wrongly: the Spot market, and which instance types a region has.
//!
//! moto's price history is one constant, it knows neither placement scores nor requirements, and it describes every instance type in
//! every region, in one page. Shapes, limits and error codes are those of the API (2016-11-15).

mod assumed;
mod catalogue;
mod market;
mod owned;
mod prices;
mod requirements;
mod scores;
mod types;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Call, page};
use crate::protocol::query::{Params, ec2_answer};
use crate::protocol::xml::Xml;
use crate::protocol::{Answer, ApiError};

pub use catalogue::{Accelerator, Catalogue, Kind, Region};
pub use market::{Amount, HISTORY, Point, Pool, STEP, SetPrice};
pub use owned::owned;
pub use scores::SetScore;

type Result<T> = std::result::Result<T, ApiError>;

/// What the admin API says of the Spot market; the rest follows from names and time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// Prices, in the order they were set: a later one holds over an earlier one.
    pub prices: Vec<SetPrice>,
    /// Placement scores, in the order they were set.
    pub scores: Vec<SetScore>,
}

/// What a call asks of moto.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wants {
    /// Regions whose offerings are needed.
    pub regions: Vec<String>,
    /// The form that selects instance types, where moto's filters do.
    pub filtered: Option<String>,
}

/// The answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Every instance type.
    pub catalogue: Arc<Catalogue>,
    /// What the regions offer, by name.
    pub regions: BTreeMap<String, Arc<Region>>,
    /// The instance types that moto's filters let through; all when there are none.
    pub filtered: Option<Arc<Vec<String>>>,
}

impl Facts {
    fn region(&self, name: &str) -> Option<&Region> {
        self.regions.get(name).map(Arc::as_ref)
    }

    /// The instance types a region has.
    fn offered(&self, region: &str) -> Vec<&Kind> {
        let Some(region) = self.region(region) else { return Vec::new() };
        self.catalogue.types.values().filter(|kind| region.has(&kind.name)).collect()
    }
}

/// What `call` asks of moto; `None` when the call is moto's.
#[must_use]
pub fn wants(call: &Call, params: &Params) -> Option<Wants> {
    let here = vec![call.region.clone()];
    let filtered = match call.operation.as_str() {
        "DescribeInstanceTypes" => types::for_moto(params),
        "DescribeInstanceTypeOfferings" | "DescribeSpotPriceHistory" | "GetInstanceTypesFromInstanceRequirements" => {
            None
        }
        "GetSpotPlacementScores" => {
            let named = params.texts("RegionName");
            return Some(Wants { regions: if named.is_empty() { here } else { named }, filtered: None });
        }
        _ => return None,
    };
    Some(Wants { regions: here, filtered })
}

/// Answers a call.
///
/// # Errors
/// As the service's.
pub fn handle(store: &Store, call: &Call, params: &Params, facts: &Facts) -> Result<Answer> {
    let inside = match call.operation.as_str() {
        "DescribeInstanceTypes" => types::describe(call, params, facts)?,
        "DescribeInstanceTypeOfferings" => types::offerings(call, params, facts)?,
        "DescribeSpotPriceHistory" => prices::history(store, call, params, facts)?,
        "GetSpotPlacementScores" => scores::scores(store, params, facts)?,
        "GetInstanceTypesFromInstanceRequirements" => requirements::types(call, params, facts)?,
        other => {
            return Err(ApiError::new(
                "InvalidAction",
                format!("The action {other} is not valid for this web service."),
            ));
        }
    };
    Ok(ec2_answer(&call.operation, &inside, &call.request_id))
}

/// A page of `items`, of between `fewest` and `largest`; the token of the next goes to the answer.
fn cut<T>(
    params: &Params,
    (fewest, default, largest): (u32, u32, u32),
    items: Vec<T>,
) -> Result<(Vec<T>, Option<String>)> {
    let most = params.number("MaxResults")?.unwrap_or(default);
    if !(fewest..=largest).contains(&most) {
        return Err(invalid(format!(
            "Value ( {most} ) for parameter maxResults is invalid. Expecting a value between {fewest} and {largest}."
        )));
    }
    page(items, params.text("NextToken").as_deref(), most as usize).ok_or_else(bad_token)
}

fn bad_token() -> ApiError {
    ApiError::new("InvalidNextToken", "The specified NextToken is corrupted or no longer valid.")
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterValue", message)
}

fn write_token(xml: &mut Xml, token: Option<String>) {
    // EC2 says that there is no next page by an empty token.
    xml.text("nextToken", token.unwrap_or_default());
}

/// The filters of a call, each a name and the patterns of which one has to fit.
fn filters(params: &Params) -> Vec<(String, Vec<String>)> {
    let each = params.structures("Filter");
    each.iter().map(|it| (it.get("Name").unwrap_or_default().to_owned(), it.texts("Value"))).collect()
}

/// Whether `text` fits a pattern, in which `*` stands for any text and `?` for one character.
#[must_use]
pub fn wildcard(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else {
        return pattern.chars().count() == text.chars().count()
            && pattern.chars().zip(text.chars()).all(|(want, got)| want == got || want == '?');
    };
    let taken = before.chars().count();
    let head: String = text.chars().take(taken).collect();
    wildcard(before, &head)
        && (taken..=text.chars().count()).any(|from| wildcard(after, &text.chars().skip(from).collect::<String>()))
}

#[cfg(test)]
mod tests;
