//! The file format of a price book.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::money;

/// The value of `format`.
pub(super) const FORMAT: &str = "parapet-price-book/1";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) format: String,
    pub(super) name: String,
    pub(super) date: Date,
    #[serde(default, rename = "note")]
    _note: Option<String>,
    #[serde(default)]
    #[serde(rename = "currency")]
    _currency: Option<Dollars>,
    #[serde(default)]
    pub(super) home_region: Option<String>,
    #[serde(default)]
    pub(super) families: BTreeMap<String, Family>,
    #[serde(default)]
    pub(super) regions: BTreeMap<String, Region>,
    #[serde(default)]
    pub(super) instances: BTreeMap<String, BTreeMap<String, Exact>>,
    /// Region, service, then SKU.
    #[serde(default)]
    pub(super) services: BTreeMap<String, BTreeMap<String, BTreeMap<String, UnitPrice>>>,
    /// Region, service, editions separated by spaces, then family.
    #[serde(default)]
    pub(super) classes: BTreeMap<String, BTreeMap<String, BTreeMap<String, Classes>>>,
    /// Region, service, editions separated by spaces, then family: the hourly price of its `xlarge`, where the other sizes follow.
    #[serde(default)]
    pub(super) elsewhere: BTreeMap<String, BTreeMap<String, BTreeMap<String, Units>>>,
}

/// Hourly price of an `xlarge` by family, such as `db.m5`.
type Units = BTreeMap<String, Exact>;

/// By family, such as `db.m5`.
type Classes = BTreeMap<String, Class>;

/// A family of database instances or cache nodes, by the hourly price of its `xlarge`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Class {
    pub(super) usd: Exact,
    #[serde(default = "three")]
    pub(super) decimals: u32,
    /// Separated by spaces.
    pub(super) sizes: String,
    #[serde(default)]
    pub(super) exceptions: BTreeMap<String, Exact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Family {
    pub(super) unit_usd: Exact,
    #[serde(default = "five")]
    pub(super) decimals: u32,
    pub(super) memory_gib: Exact,
    #[serde(default)]
    pub(super) architecture: Option<String>,
    #[serde(default = "yes")]
    pub(super) current: bool,
    /// Separated by spaces.
    pub(super) sizes: String,
    #[serde(default)]
    pub(super) exceptions: BTreeMap<String, Exception>,
    #[serde(default)]
    pub(super) gpu: Option<Gpu>,
}

/// What of a size does not follow from its family.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exception {
    #[serde(default)]
    pub(super) usd: Option<Exact>,
    #[serde(default)]
    pub(super) vcpu: Option<u32>,
    #[serde(default)]
    pub(super) memory_mib: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gpu {
    pub(super) manufacturer: String,
    pub(super) name: String,
    pub(super) count: BTreeMap<String, u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Region {
    #[serde(default)]
    pub(super) date: Option<Date>,
    #[serde(default)]
    pub(super) estimated: bool,
    pub(super) unit_usd: BTreeMap<String, Exact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitPrice {
    pub(super) unit: String,
    pub(super) usd: Exact,
}

/// The only currency there is.
struct Dollars;

impl<'de> Deserialize<'de> for Dollars {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "USD" => Ok(Self),
            other => {
                Err(serde::de::Error::custom(format!("the currency `{other}` is not supported; prices are in USD")))
            }
        }
    }
}

fn five() -> u32 {
    5
}

fn three() -> u32 {
    3
}

fn yes() -> bool {
    true
}

/// A price above zero, read from its digits: never through a binary float.
#[derive(Clone, Copy)]
pub(super) struct Exact(pub(super) Decimal);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        money::price(raw.get().trim_matches('"')).map(Self).map_err(serde::de::Error::custom)
    }
}
