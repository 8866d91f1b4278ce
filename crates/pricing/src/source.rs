//! Where a price comes from, how old it is, and what it means that there is none.

use std::fmt;
use std::sync::Arc;

pub use jiff::civil::Date;

use serde::Serialize;

use crate::money::Money;

/// The kind of place a price comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// AWS Pricing API (`GetProducts`, or the bulk price list files).
    PricingApi,
    /// `ec2:DescribeSpotPriceHistory`.
    SpotHistory,
    /// The Spot Instance Advisor's public data.
    SpotAdvisor,
    /// A price book file of the user's.
    PriceBook,
    /// The book embedded in this crate.
    ReferenceBook,
}

impl SourceKind {
    /// The word for it in output that programs read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PricingApi => "pricing_api",
            Self::SpotHistory => "spot_history",
            Self::SpotAdvisor => "spot_advisor",
            Self::PriceBook => "price_book",
            Self::ReferenceBook => "reference_book",
        }
    }
}

/// One source with its date.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// Its name for a person: a file, a book, an API.
    pub name: String,
    /// The day its figures are of; none when the source does not say.
    pub date: Option<Date>,
}

impl Source {
    /// A source with a date.
    #[must_use]
    pub fn new(kind: SourceKind, name: impl Into<String>, date: Option<Date>) -> Arc<Self> {
        Arc::new(Self { kind, name: name.into(), date })
    }

    /// Whole days between its date and `today`; none without a date, 0 for one in the future.
    #[must_use]
    pub fn age_days(&self, today: Date) -> Option<u32> {
        let days = today.since(self.date?).ok()?.get_days();
        Some(u32::try_from(days).unwrap_or(0))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date {
            Some(date) => write!(f, "{}, {date}", self.name),
            None => write!(f, "{}, no date", self.name),
        }
    }
}

/// A price with what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The price of one unit.
    pub money: Money,
    /// Who says so.
    pub source: Arc<Source>,
    /// Derived from figures of another size, day or place rather than read.
    pub estimated: bool,
}

/// A price, or that there is none. There is no conversion to a number on purpose: an unknown price is not zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Price {
    /// It is known.
    Known(Quote),
    /// It is not, and why.
    Unknown(Arc<str>),
}

impl Price {
    /// An unknown price; `why` completes "unknown: ".
    #[must_use]
    pub fn unknown(why: &str) -> Self {
        Self::Unknown(why.into())
    }

    /// The quote, when there is one.
    #[must_use]
    pub fn known(&self) -> Option<&Quote> {
        match self {
            Self::Known(quote) => Some(quote),
            Self::Unknown(_) => None,
        }
    }

    /// The other price when this one is unknown; the first reason stays when both are.
    #[must_use]
    pub fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Known(_) => self,
            Self::Unknown(why) => match other() {
                Self::Unknown(_) => Self::Unknown(why),
                known => known,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_is_counted_in_days() {
        let source = Source::new(SourceKind::PriceBook, "prices.json", Some("2026-07-20".parse().unwrap()));
        assert_eq!(source.age_days("2026-11-23".parse().unwrap()), Some(126));
        assert_eq!(source.age_days("2026-07-01".parse().unwrap()), Some(0));
        assert_eq!(Source::new(SourceKind::PriceBook, "x", None).age_days("2026-07-01".parse().unwrap()), None);
    }

    #[test]
    fn the_first_reason_stays() {
        let unknown = Price::unknown("no book has it");
        assert_eq!(unknown.clone().or_else(|| Price::unknown("another")), unknown);
    }
}
