//! `GetSpotPlacementScores`: how likely a request for Spot capacity is to succeed, from 1 to 10.

use serde::{Deserialize, Serialize};

use super::market::{hash, mix};
use super::requirements::Requirements;
use super::{Facts, Result, Store, cut, invalid, write_token};
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;

/// With fewer instance types than this a request is told that it is not flexible enough, by a low score.
const FLEXIBLE: usize = 3;
const INFLEXIBLE: u32 = 3;

/// A score the admin API sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetScore {
    /// The region.
    pub region: String,
    /// The availability zone, by name or id; the whole region when absent.
    #[serde(default)]
    pub zone: Option<String>,
    /// 1 to 10.
    pub score: u32,
}

pub(super) fn scores(store: &Store, params: &Params, facts: &Facts) -> Result<Xml> {
    let capacity = params.number("TargetCapacity")?;
    if !capacity.is_some_and(|capacity| (1..=2_000_000_000).contains(&capacity)) {
        return Err(invalid("TargetCapacity is required, and must be between 1 and 2000000000."));
    }
    let unit = params.text("TargetCapacityUnitType").unwrap_or_else(|| "units".to_owned());
    if !["vcpu", "memory-mib", "units"].contains(&unit.as_str()) {
        return Err(invalid(format!("Value ({unit}) for parameter TargetCapacityUnitType is invalid.")));
    }
    if params.texts("RegionName").len() > 10 {
        return Err(invalid("You can specify at most 10 regions."));
    }
    let by_zone = params.flag("SingleAvailabilityZone")?.unwrap_or(false);
    let named = params.texts("InstanceType");
    let under = params.under("InstanceRequirementsWithMetadata");
    let required =
        params.has_list("InstanceRequirementsWithMetadata").then(|| Requirements::read(&under)).transpose()?;
    if named.is_empty() == required.is_none() {
        return Err(invalid(
            "You must specify either InstanceTypes or InstanceRequirementsWithMetadata, and not both.",
        ));
    }
    if named.len() > 1000 {
        return Err(invalid("You can specify at most 1000 instance types."));
    }
    if let Some(unknown) = named.iter().find(|name| !facts.catalogue.types.contains_key(*name)) {
        return Err(invalid(format!("Invalid value '{unknown}' for InstanceType")));
    }
    let mut found: Vec<(&str, Option<&str>, u32)> = Vec::new();
    for (name, region) in &facts.regions {
        let meets = |kind: &str| match &required {
            Some(required) => facts.catalogue.types.get(kind).is_some_and(|kind| required.meets(kind)),
            None => named.iter().any(|name| name == kind),
        };
        let zones = region.zones.iter().map(|(zone, types)| {
            let id = region.ids.get(zone).unwrap_or(zone);
            (zone, id, types.iter().filter(|kind| meets(kind)).count())
        });
        let zones: Vec<(&String, &String, usize)> = zones.filter(|(.., pools)| *pools > 0).collect();
        if by_zone {
            for (zone, id, pools) in zones {
                found.push((name, Some(id), score(store, name, Some((zone, id)), pools)));
            }
        } else if let Some(pools) = zones.iter().map(|(.., pools)| *pools).max() {
            found.push((name, None, score(store, name, None, pools)));
        }
    }
    found.sort_by_key(|(region, zone, score)| (std::cmp::Reverse(*score), *region, *zone));
    let (found, token) = cut(params, (10, 1000, 1000), found)?;
    let mut xml = Xml::default();
    xml.list("spotPlacementScoreSet", "item", found, |item, (region, zone, score)| {
        item.text("region", region).maybe("availabilityZoneId", zone).text("score", score);
    });
    write_token(&mut xml, token);
    Ok(xml)
}

fn score(store: &Store, region: &str, zone: Option<(&String, &String)>, pools: usize) -> u32 {
    let of_zone = |it: &&SetScore| match (&it.zone, zone) {
        (Some(wanted), Some((name, id))) => wanted == name || wanted == id,
        (Some(_), None) => false,
        (None, _) => true,
    };
    let set = store.scores.iter().filter(|it| it.region == region).filter(of_zone);
    // Of a zone what is said of it holds, and only without that what is said of its region.
    let set: Vec<&SetScore> = set.collect();
    if let Some(it) = set.iter().rev().find(|it| it.zone.is_some()).or_else(|| set.last()) {
        return it.score;
    }
    let place = zone.map_or_else(|| region.to_owned(), |(name, _)| name.clone());
    let score = 5 + u32::try_from(mix(hash(&place)) % 5).unwrap_or(0);
    if pools < FLEXIBLE { score.min(INFLEXIBLE) } else { score }
}
