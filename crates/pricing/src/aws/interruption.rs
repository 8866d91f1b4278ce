//! The Spot Instance Advisor's public data: interruption rates, and savings of the last month.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::AwsDataError;
use crate::money::Decimal;
use crate::source::{Date, Price, Quote, Source, SourceKind};
use crate::spot::{Candidate, Interruption, InterruptionBucket, SpotPrice};

#[derive(Deserialize)]
struct File {
    spot_advisor: BTreeMap<String, BTreeMap<String, BTreeMap<String, Entry>>>,
}

#[derive(Deserialize)]
struct Entry {
    /// Savings in percent; below zero where Spot has become dearer than on demand.
    s: i16,
    /// Index of the range of interruption rates.
    r: u8,
}

/// What the advisor says of one type in one region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// Percent below on-demand, a whole number, in the mean of the month before; below zero where Spot was dearer.
    pub savings_percent: i16,
    /// How often instances were taken back in the month before.
    pub bucket: InterruptionBucket,
}

/// The advisor's data for Linux.
#[derive(Debug, Clone)]
pub struct InterruptionData {
    source: Arc<Source>,
    regions: BTreeMap<String, BTreeMap<String, Advice>>,
}

impl InterruptionData {
    /// Reads `spot-advisor-data.json`. The data says no date of its own; give the day it was fetched.
    ///
    /// # Errors
    /// Other JSON, or a range that there is not.
    pub fn parse(name: &str, json: &[u8], fetched: Option<Date>) -> Result<Self, AwsDataError> {
        let what = || name.to_owned();
        let file: File = serde_json::from_slice(json).map_err(|error| AwsDataError::Syntax {
            what: what(),
            from: "the Spot Instance Advisor (spot-advisor-data.json)",
            error,
        })?;
        let mut regions = BTreeMap::new();
        for (region, mut systems) in file.spot_advisor {
            let mut types = BTreeMap::new();
            for (instance_type, Entry { s, r }) in systems.remove("Linux").unwrap_or_default() {
                let value = |message: String| {
                    let place = format!("spot_advisor.{region}.Linux.{instance_type}");
                    AwsDataError::Value { what: what(), place, message }
                };
                let bucket = *InterruptionBucket::ALL
                    .get(usize::from(r))
                    .ok_or_else(|| value(format!("there is no range {r}; they are 0 to 4")))?;
                if s > 100 {
                    return Err(value(format!("savings of {s}% cannot be")));
                }
                types.insert(instance_type, Advice { savings_percent: s, bucket });
            }
            regions.insert(region, types);
        }
        Ok(Self { source: Source::new(SourceKind::SpotAdvisor, name, fetched), regions })
    }

    /// Where it comes from.
    #[must_use]
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Whether there is anything of a region.
    #[must_use]
    pub fn knows(&self, region: &str) -> bool {
        self.regions.get(region).is_some_and(|types| !types.is_empty())
    }

    /// What it says of a type.
    #[must_use]
    pub fn advice(&self, region: &str, instance_type: &str) -> Option<Advice> {
        self.regions.get(region)?.get(instance_type).copied()
    }

    /// Gives candidates their interruption rates. One without a Spot price gets an estimate, what the advisor's savings leave of
    /// its on-demand price.
    pub fn apply(&self, region: &str, candidates: &mut [Candidate]) {
        for it in candidates {
            let Some(advice) = self.advice(region, it.instance_type.as_str()) else { continue };
            it.interruption = Some(Interruption { bucket: advice.bucket, source: self.source.clone() });
            if let (SpotPrice::Quoted(Price::Unknown(_)), Price::Known(quote)) = (&it.spot, &it.on_demand) {
                let left = Decimal::new(100 - i64::from(advice.savings_percent), 2);
                it.spot = SpotPrice::Quoted(match quote.money.times(left) {
                    Ok(money) if left > Decimal::ZERO => {
                        Price::Known(Quote { money, source: self.source.clone(), estimated: true })
                    }
                    _ => Price::unknown("the Spot Instance Advisor says that all of its price is saved"),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linux_of_each_region_is_read() {
        let json = br#"{"ranges": [{"index": 0, "label": "<5%"}], "instance_types": {},
            "spot_advisor": {"us-east-1": {"Linux": {"m5.large": {"s": 62, "r": 1}}, "Windows": {"m5.large": {"s": 1, "r": 4}}}}}"#;
        let data = InterruptionData::parse("advisor.json", json, None).unwrap();
        let expected = Advice { savings_percent: 62, bucket: InterruptionBucket::From5To10 };
        assert_eq!(data.advice("us-east-1", "m5.large"), Some(expected));
        assert!(data.advice("us-east-1", "m5.xlarge").is_none() && !data.knows("eu-west-1"));
    }

    #[test]
    fn candidates_get_rates_and_where_none_was_known_an_estimated_price() {
        let json = br#"{"spot_advisor": {"us-east-1": {"Linux": {"m7i.large": {"s": 60, "r": 0}, "x2.nope": {"s": -62, "r": 0}}}}}"#;
        let data = InterruptionData::parse("advisor.json", json, Some("2026-11-01".parse().unwrap())).unwrap();
        let mut candidates = crate::Book::reference().candidates("us-east-1");
        data.apply("us-east-1", &mut candidates);
        let (with, without): (Vec<_>, Vec<_>) = candidates.iter().partition(|it| it.interruption.is_some());
        assert_eq!((with.len(), without.len()), (1, candidates.len() - 1));
        let SpotPrice::Quoted(Price::Known(quote)) = &with[0].spot else { panic!("{:?}", with[0].spot) };
        // 40% of 0.1008
        assert_eq!((quote.money.amount.normalize().to_string().as_str(), quote.estimated), ("0.04032", true));
    }

    #[test]
    fn what_cannot_be_is_named() {
        let parse = |entry: &str| {
            let json = format!(r#"{{"spot_advisor": {{"us-east-1": {{"Linux": {{"m5.large": {entry}}}}}}}}}"#);
            InterruptionData::parse("advisor.json", json.as_bytes(), None).unwrap_err().to_string()
        };
        assert!(parse(r#"{"s": 1, "r": 7}"#).contains("us-east-1.Linux.m5.large: there is no range 7"));
        assert!(parse(r#"{"s": 101, "r": 0}"#).contains("savings of 101% cannot be"));
        assert!(parse(r#"{"s": 40000, "r": 0}"#).contains("advisor.json cannot be read"));
        assert!(parse("[]").contains("advisor.json cannot be read"));
    }
}
