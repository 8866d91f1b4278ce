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

/// `values` are those the resource has; `changes` are made to them. Without an ARN, a zone or a region among them, `region` is
/// where the resource is.
pub(crate) fn of(
    book: &Book,
    region: Option<&str>,
    resource: &ListedResource,
    values: &Json,
    changes: &[Change],
) -> Saving {
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
        region: resource.region.clone(),
        ..Planned::default()
    };
    let usage = Usage::default();
    let with = Assumptions { book, usage: &usage, region, compares: true };
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
    // What is missing alike on both sides takes nothing from the difference.
    let same = |a: &Component, b: &Component| (&a.name, a.quantity, &a.unit) == (&b.name, b.quantity, &b.unit);
    let alike = |of: &Component, others: &[Component]| others.iter().any(|it| it.gap.is_some() && same(of, it));
    let differs = |these: &[Component], others: &[Component]| {
        let unlike = these.iter().filter(|it| it.quantity.is_none() || !alike(it, others));
        let mut gaps = unlike.filter_map(|it| it.gap.as_ref()).filter(|gap| gap.reason != Reason::UsageNotGiven);
        gaps.next().map(|gap| gap.message.clone())
    };
    let missing = differs(before, after).or_else(|| differs(after, before));
    missing.or_else(|| (open(before) != open(after)).then(|| "it depends on usage".to_owned()))
}

#[cfg(test)]
mod tests {
    use parapet_policy::Step;
    use serde_json::json;

    use super::*;

    fn saving(kind: &str, values: Json, name: &str, to: Json) -> Saving {
        saving_in(None, kind, values, name, to)
    }

    fn saving_in(region: Option<&str>, kind: &str, values: Json, name: &str, to: Json) -> Saving {
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
        of(Book::reference(), region, &resource, &values, &[Change { path, from: Json::Null, to, beside: &[] }])
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
    fn what_has_no_price_before_and_after_takes_nothing_from_the_difference() {
        let of_major = |version: &str, class: &str| {
            let values = json!({"engine": "mysql", "engine_version": version, "instance_class": class, "storage_type": "gp2",
                "allocated_storage": 100, "availability_zone": "us-east-1a"});
            saving("aws_db_instance", values, "instance_class", json!("db.r5.xlarge"))
        };
        // 5.7 is in the second kind of extended support, of as many vCPUs.
        assert!(matches!(of_major("5.7", "db.r4.xlarge"), Saving::Known { .. }));
        assert!(matches!(of_major("5.6", "db.r4.2xlarge"), Saving::Unknown(_)));
    }

    #[test]
    fn a_resource_is_where_it_says_and_else_in_the_region_given() {
        let usd = |region, values| match saving_in(region, "aws_ebs_volume", values, "type", json!("gp3")) {
            Saving::Known { monthly_usd, .. } => monthly_usd.to_string().parse::<f64>().ok(),
            Saving::Unknown(_) => None,
        };
        let bare = json!({"type": "gp2", "size": 100});
        assert_eq!(usd(None, bare.clone()), None);
        assert_eq!(usd(Some("us-east-1"), bare.clone()), Some(2.0));
        let with = |name: &str, value: &str| {
            let mut values = bare.clone();
            values[name] = json!(value);
            values
        };
        for values in [
            with("availability_zone", "us-east-1a"),
            with("arn", "arn:aws:ec2:us-east-1:123456789012:volume/vol-1"),
            with("region", "us-east-1"),
        ] {
            assert_eq!(usd(Some("ap-south-2"), values.clone()), Some(2.0), "{values}");
        }
    }

    #[test]
    fn a_price_that_is_not_known_is_not_zero() {
        let values = json!({"type": "gp2", "size": 100, "availability_zone": "ap-south-2a"});
        assert!(matches!(saving("aws_ebs_volume", values, "type", json!("gp3")), Saving::Unknown(_)));
        let template = saving("aws_launch_template", json!({}), "instance_type", json!("m6i.large"));
        assert!(matches!(&template, Saving::Unknown(why) if why.contains("how many")), "{template:?}");
    }
}
