//! `DescribeSpotPriceHistory`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::Offset;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::AwsDataError;
use crate::money;
use crate::source::{Date, Source, SourceKind};
use crate::spot::{Candidate, SpotPoint, SpotPrice};

/// The operating system whose prices are read; EKS's own images are this one.
const LINUX: [&str; 2] = ["Linux/UNIX", "Linux/UNIX (Amazon VPC)"];

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(rename = "SpotPriceHistory", borrow)]
    history: Vec<Item<'a>>,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(rename = "AvailabilityZone")]
    zone: &'a str,
    #[serde(rename = "InstanceType")]
    instance_type: &'a str,
    #[serde(rename = "ProductDescription")]
    product: &'a str,
    #[serde(rename = "SpotPrice")]
    price: &'a str,
    #[serde(rename = "Timestamp", borrow)]
    at: std::borrow::Cow<'a, str>,
}

/// Changes of Spot prices by type and zone.
#[derive(Debug, Clone, Default)]
pub struct SpotHistory {
    pools: BTreeMap<String, BTreeMap<String, Vec<SpotPoint>>>,
    latest: Option<Timestamp>,
}

impl SpotHistory {
    /// Reads the output of `aws ec2 describe-spot-price-history`. Other products than Linux are left out.
    ///
    /// # Errors
    /// Other JSON, or a price or time that cannot be read.
    pub fn parse(name: &str, json: &[u8]) -> Result<Self, AwsDataError> {
        let answer: Answer<'_> = serde_json::from_slice(json).map_err(|error| AwsDataError::Syntax {
            what: name.to_owned(),
            from: "`aws ec2 describe-spot-price-history`",
            error,
        })?;
        let mut history = Self::default();
        for (index, item) in answer.history.into_iter().enumerate().filter(|(_, item)| LINUX.contains(&item.product)) {
            let value = |message: String| {
                let place = format!("SpotPriceHistory[{index}]");
                AwsDataError::Value { what: name.to_owned(), place, message }
            };
            let price = money::price(item.price).map_err(|error| value(error.to_string()))?;
            let at: Timestamp = item.at.parse().map_err(|error| value(format!("`{}`: {error}", item.at)))?;
            history.add(item.instance_type, item.zone, at, price);
        }
        Ok(history)
    }

    /// Adds a change of a price in USD per hour.
    pub fn add(&mut self, instance_type: &str, zone: &str, at: Timestamp, price: Decimal) {
        self.latest = self.latest.max(Some(at));
        if !self.pools.contains_key(instance_type) {
            self.pools.insert(instance_type.to_owned(), BTreeMap::new());
        }
        let Some(zones) = self.pools.get_mut(instance_type) else { return };
        match zones.get_mut(zone) {
            Some(points) => points.push(SpotPoint { at, price }),
            None => {
                zones.insert(zone.to_owned(), vec![SpotPoint { at, price }]);
            }
        }
    }

    /// When the last price changed; none of an empty history.
    #[must_use]
    pub fn latest(&self) -> Option<Timestamp> {
        self.latest
    }

    /// The day of [`Self::latest`], in UTC.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        self.latest.map(|at| Offset::UTC.to_datetime(at).date())
    }

    /// Where its prices come from.
    #[must_use]
    pub fn source(&self, name: &str) -> Arc<Source> {
        Source::new(SourceKind::SpotHistory, name, self.date())
    }

    /// Zones of all types.
    #[must_use]
    pub fn all_zones(&self) -> BTreeSet<&str> {
        self.pools.values().flat_map(|zones| zones.keys().map(String::as_str)).collect()
    }

    /// Gives candidates their prices. Of one whose zones are not known, the zones with a price are taken to be all.
    pub fn apply(mut self, name: &str, candidates: &mut [Candidate]) {
        let source = self.source(name);
        for it in candidates {
            let Some(zones) = self.pools.remove(it.instance_type.as_str()) else { continue };
            it.zones.get_or_insert_with(|| zones.keys().cloned().collect());
            it.spot = SpotPrice::History { zones, source: source.clone() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = r#"{"AvailabilityZone": "us-east-1a", "InstanceType": "m5.large", "ProductDescription": "PRODUCT",
        "SpotPrice": "PRICE", "Timestamp": "2026-11-20T10:00:00+00:00"}"#;

    fn parse(product: &str, price: &str) -> Result<SpotHistory, String> {
        let item = ITEM.replace("PRODUCT", product).replace("PRICE", price);
        SpotHistory::parse("history.json", format!(r#"{{"SpotPriceHistory": [{item}]}}"#).as_bytes())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn linux_prices_are_read() {
        let history = parse("Linux/UNIX", "0.034500").unwrap();
        assert_eq!(history.date().unwrap().to_string(), "2026-11-20");
        assert_eq!(history.all_zones().into_iter().collect::<Vec<_>>(), ["us-east-1a"]);
        let mut candidates = crate::Book::reference().candidates("us-east-1");
        history.apply("history.json", &mut candidates);
        let with: Vec<_> = candidates.iter().filter(|it| it.zones.is_some()).collect();
        assert_eq!(with.len(), 1);
        assert!(matches!(&with[0].spot, SpotPrice::History { zones, .. } if zones.contains_key("us-east-1a")));
        assert!(parse("Windows", "0.034500").unwrap().latest().is_none());
    }

    #[test]
    fn what_cannot_be_is_named() {
        assert!(parse("Linux/UNIX", "0").unwrap_err().contains("SpotPriceHistory[0]: 0 is not a price"));
        assert!(SpotHistory::parse("x.json", b"{}").unwrap_err().to_string().contains("x.json cannot be read"));
    }
}
