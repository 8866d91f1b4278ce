//! What a recommendation saves: the estimate of the resource as it is, less that of the resource as it would be.

use std::collections::BTreeSet;

use parapet_policy::input::ListedResource;
use parapet_pricing::estimate::{Assumptions, Component, Planned, Reason, Usage, estimate};
use parapet_pricing::{Book, Decimal, Source};
use serde_json::Value as Json;

use crate::Change;
use crate::effective::set;

/// What a recommendation saves in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saving {
    /// Both prices are known.
    Known {
        /// US dollars a month; below zero when it costs more.
        monthly_usd: Decimal,
        /// Who says the prices.
        sources: Vec<Source>,
    },
    /// They are not, and why. That is not zero.
    Unknown(String),
}

/// `values` are those the resource has; `changes` are made to them.
pub(crate) fn of(book: &Book, resource: &ListedResource, values: &Json, changes: &[Change]) -> Saving {
    let mut after = values.clone();
    for change in changes {
        set(&mut after, &change.path.0, change.to.clone());
    }
    let planned = Planned {
        address: resource.address.clone(),
        module: resource.module.clone(),
        kind: resource.kind.clone(),
        name: resource.name.clone(),
        actions: vec!["update".to_owned()],
        before: Some(values.clone()),
        after: Some(after),
        region: resource.region.clone().or_else(|| region(values)),
        ..Planned::default()
    };
    let usage = Usage::default();
    let with = Assumptions { book, usage: &usage, region: None, compares: true };
    let estimate = match estimate(&[planned], &with) {
        Ok(estimate) => estimate,
        Err(error) => return Saving::Unknown(error.to_string()),
    };
    let [cost] = estimate.resources.as_slice() else {
        return Saving::Unknown(match resource.kind.as_str() {
            "aws_launch_template" => "how many instances are launched from it is not known".to_owned(),
            kind => format!("prices of {kind} are not known"),
        });
    };
    let (before, after) = (&cost.previous_components, &cost.components);
    if let Some(why) = gap(before, after) {
        return Saving::Unknown(why);
    }
    let priced = || before.iter().chain(after).filter(|component| component.monthly_usd.is_some());
    if priced().next().is_none() {
        return Saving::Unknown("it depends on how much is stored, which the state does not say".to_owned());
    }
    let sources: BTreeSet<Source> = priced().filter_map(|component| component.source.as_deref().cloned()).collect();
    Saving::Known { monthly_usd: (Decimal::ZERO - cost.change_usd).normalize(), sources: sources.into_iter().collect() }
}

/// Why a bill has no figure in one of its lines. What depends on usage is the same before and after.
fn gap(before: &[Component], after: &[Component]) -> Option<String> {
    let open = |components: &[Component]| -> BTreeSet<String> {
        let of_usage = components
            .iter()
            .filter(|component| component.gap.as_ref().is_some_and(|gap| gap.reason == Reason::UsageNotGiven));
        of_usage.map(|component| component.name.clone()).collect()
    };
    let missing = before.iter().chain(after).filter_map(|component| component.gap.as_ref());
    let missing = missing.filter(|gap| gap.reason != Reason::UsageNotGiven).map(|gap| gap.message.clone()).next();
    missing.or_else(|| (open(before) != open(after)).then(|| "it depends on usage".to_owned()))
}

/// The region a resource is in, by its ARN or its zone.
fn region(values: &Json) -> Option<String> {
    let text = |name: &str| values.get(name).and_then(Json::as_str);
    let of_arn = text("arn").and_then(|arn| arn.split(':').nth(3)).filter(|region| !region.is_empty());
    let of_zone = || text("availability_zone").map(|zone| zone.trim_end_matches(|c: char| c.is_ascii_lowercase()));
    of_arn.or_else(of_zone).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use parapet_policy::Step;
    use serde_json::json;

    use super::*;

    fn saving(kind: &str, values: Json, name: &str, to: Json) -> Saving {
        let resource = ListedResource {
            address: format!("{kind}.a"),
            previous_address: None,
            module: String::new(),
            kind: kind.to_owned(),
            name: "a".to_owned(),
            actions: vec!["no-op".to_owned()],
            before: None,
            after: None,
            unknown: Vec::new(),
            region: None,
        };
        let path = [Step::from(name)].into_iter().collect();
        of(Book::reference(), &resource, &values, &[Change { path, from: Json::Null, to, beside: &[] }])
    }

    #[test]
    fn a_saving_is_the_difference_of_two_known_prices() {
        // 100 GiB at 0.10 and at 0.08.
        let values = json!({"type": "gp2", "size": 100, "availability_zone": "us-east-1a"});
        let known = saving("aws_ebs_volume", values, "type", json!("gp3"));
        assert!(
            matches!(&known, Saving::Known { monthly_usd, sources } if monthly_usd.to_string().parse::<f64>() == Ok(2.0)
            && !sources.is_empty()),
            "{known:?}"
        );
    }

    #[test]
    fn a_price_that_is_not_known_is_not_zero() {
        let values = json!({"type": "gp2", "size": 100, "availability_zone": "ap-south-2a"});
        assert!(matches!(saving("aws_ebs_volume", values, "type", json!("gp3")), Saving::Unknown(_)));
        let template = saving("aws_launch_template", json!({}), "instance_type", json!("m6i.large"));
        assert!(matches!(&template, Saving::Unknown(why) if why.contains("how many")), "{template:?}");
    }
}
