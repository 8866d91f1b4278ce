//! What `data.parapet_cost_recommendations` says, as `parapet cost recommend` reads it and writes it as JSON.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::output::Recommendations;
use super::spend::{Failure, Spend};
use crate::money;
use crate::source::Date;

/// An account: what could be saved, what could not be read, and past bills. The data source has an attribute of the same name for each
/// field, `spend` being a list of objects; amounts may be numbers or strings where this is read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// `total_monthly_savings_usd`, `unpriced_count` and `recommendations`.
    #[serde(flatten)]
    pub found: Recommendations,
    /// What could not be read.
    #[serde(default)]
    pub failures: Vec<Failure>,
    /// Past bills: what each service cost in each month, and what each value of the tag did.
    #[serde(default)]
    pub spend: Vec<Bill>,
}

/// What a service, or a value of a tag, cost in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// First day of the month.
    pub month: Date,
    /// The month is not over, or its figures are not final.
    pub estimated: bool,
    /// The service, in Cost Explorer's names; none in a row about a tag.
    pub service: Option<String>,
    /// The value of the tag, the empty string for what has none; none in a row about a service.
    pub tag_value: Option<String>,
    /// What it cost. Below zero for credits.
    #[serde(serialize_with = "amount", deserialize_with = "read_amount")]
    pub usd: Decimal,
}

impl Spend {
    /// As rows: services and tags of each month, the earliest first.
    #[must_use]
    pub fn bills(&self) -> Vec<Bill> {
        let rows = self.months.iter().flat_map(|month| {
            let bill = |service: Option<&String>, tag_value: Option<&String>, usd: &Decimal| Bill {
                month: month.start,
                estimated: month.estimated,
                service: service.cloned(),
                tag_value: tag_value.cloned(),
                usd: *usd,
            };
            let services = month.by_service.iter().map(move |(name, usd)| bill(Some(name), None, usd));
            services.chain(month.by_tag.iter().map(move |(value, usd)| bill(None, Some(value), usd)))
        });
        rows.collect()
    }
}

pub(super) fn amount<S: Serializer>(amount: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&money::digits(*amount))
}

pub(super) fn optional<S: Serializer>(amount: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    amount.map(money::digits).serialize(serializer)
}

/// An amount as text or as a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Amount {
    Text(String),
    Number(serde_json::Number),
}

impl Amount {
    fn read(self) -> Result<Decimal, money::MoneyError> {
        money::decimal(&match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        })
    }
}

pub(super) fn read_amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    Amount::deserialize(deserializer)?.read().map_err(serde::de::Error::custom)
}

pub(super) fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    let amount = Option::<Amount>::deserialize(deserializer)?;
    amount.map(Amount::read).transpose().map_err(serde::de::Error::custom)
}
