//! `input.cost`: what a plan costs.

use std::collections::BTreeMap;

use parapet_pricing::estimate::{Assumptions, Component, Estimate, Reason, ResourceCost, estimate};
use parapet_pricing::{Decimal, MoneyError};

use super::{Basis, Budget, number, object, priced, rounded};
use crate::Value;
use crate::error::InputError;
use crate::input::Plan;

/// Why there is no estimate of a plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CostError {
    /// Its resources cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Its sums are beyond all measure.
    #[error(
        "what the plan costs cannot be added up: {0}; look for a price or an amount of usage that is far too large"
    )]
    Money(#[from] MoneyError),
}

/// Estimates what a plan, a configuration or a state costs in a month.
///
/// # Errors
/// [`CostError`].
pub fn estimated(plan: &Plan, basis: &Basis) -> Result<Estimate, CostError> {
    let assumptions = Assumptions {
        book: &basis.book,
        usage: &basis.usage,
        region: basis.region.as_deref(),
        compares: plan.compares(),
    };
    Ok(estimate(&priced(plan)?, &assumptions)?)
}

/// What rules about plans see as `input.cost`.
pub(crate) fn input(plan: &Plan, basis: &Basis) -> Result<Value, CostError> {
    Ok(value(&estimated(plan, basis)?, &basis.budget))
}

fn value(estimate: &Estimate, budget: &Budget) -> Value {
    let compared = |value: Value| estimate.compares.then_some(value);
    let unpriced = |side: fn(&ResourceCost) -> &[Component]| {
        count(estimate.resources.iter().flat_map(side).filter(|it| is_unpriced(it)).count())
    };
    let services = estimate.by_service();
    let by_service = services.into_iter().map(|(name, amount)| (Value::from(name), rounded(amount)));
    let resources =
        estimate.resources.iter().map(|it| (Value::from(it.address.as_str()), resource(it, estimate.compares)));
    let percent = estimate.change_percent().filter(|_| estimate.compares);
    object([
        ("currency", Some(Value::from(estimate.currency))),
        ("monthly_usd", Some(rounded(estimate.monthly_usd))),
        ("before_monthly_usd", compared(rounded(estimate.previous_monthly_usd))),
        ("change_usd", compared(rounded(estimate.change_usd))),
        ("change_percent", percent.map(rounded)),
        ("change_known", compared(Value::from(estimate.change_known))),
        ("unpriced_count", Some(unpriced(|it| &it.components))),
        ("before_unpriced_count", compared(unpriced(|it| &it.previous_components))),
        ("not_estimated_count", Some(count(estimate.not_estimated_count))),
        ("not_covered_count", Some(count(estimate.not_covered_count))),
        ("by_service", Some(Value::from(by_service.collect::<BTreeMap<_, _>>()))),
        ("resources", Some(Value::from(resources.collect::<BTreeMap<_, _>>()))),
        ("prices", Some(sources(estimate))),
        ("budget", Some(limits(budget))),
    ])
}

fn count(count: usize) -> Value {
    number(Decimal::from(count))
}

/// Without a figure for another reason than usage that nobody stated.
fn is_unpriced(component: &Component) -> bool {
    component.gap.as_ref().is_some_and(|gap| gap.reason != Reason::UsageNotGiven)
}

fn resource(cost: &ResourceCost, compares: bool) -> Value {
    let complete = |side: &[Component]| Value::from(side.iter().all(|component| component.gap.is_none()));
    // Nothing is known of it: then it does not cost 0.
    let known = |side: &[Component], amount| {
        let dark = !side.is_empty() && side.iter().all(|component| component.gap.is_some());
        (!dark).then(|| rounded(amount))
    };
    let unpriced = cost.components.iter().filter(|component| is_unpriced(component));
    let reasons = unpriced.filter_map(|component| {
        let gap = component.gap.as_ref()?;
        Some(Value::from(format!("{}: {}", component.name, gap.message)))
    });
    object([
        ("type", Some(Value::from(cost.kind.as_str()))),
        ("service", Some(Value::from(cost.service))),
        ("region", cost.region.as_deref().map(Value::from)),
        ("monthly_usd", known(&cost.components, cost.monthly_usd)),
        ("before_monthly_usd", known(&cost.previous_components, cost.previous_monthly_usd).filter(|_| compares)),
        ("change_usd", compares.then(|| rounded(cost.change_usd))),
        ("complete", Some(complete(&cost.components))),
        ("before_complete", compares.then(|| complete(&cost.previous_components))),
        ("unpriced", Some(Value::from(reasons.collect::<Vec<_>>()))),
    ])
}

/// Who says the prices that were used, and of when the oldest are.
fn sources(estimate: &Estimate) -> Value {
    let sources = estimate.sources.iter().map(|source| {
        object([
            ("kind", Some(Value::from(source.kind.as_str()))),
            ("name", Some(Value::from(source.name.as_str()))),
            ("date", source.date.map(|date| Value::from(date.to_string()))),
        ])
    });
    let oldest = estimate.sources.iter().filter_map(|source| source.date).min();
    object([
        ("sources", Some(Value::from(sources.collect::<Vec<_>>()))),
        ("date", oldest.map(|date| Value::from(date.to_string()))),
    ])
}

fn limits(budget: &Budget) -> Value {
    object([
        ("monthly_usd", budget.monthly_usd.map(rounded)),
        ("max_increase_percent", budget.max_increase_percent.map(rounded)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;
    use serde_json::{Value as Json, json};

    fn change(name: &str, before: Json, after: Json) -> Json {
        let actions = match (before.is_null(), after.is_null()) {
            (true, _) => json!(["create"]),
            (_, true) => json!(["delete"]),
            _ => json!(["update"]),
        };
        json!({"address": format!("aws_instance.{name}"), "mode": "managed", "type": "aws_instance", "name": name,
            "change": {"actions": actions, "before": before, "after": after, "after_unknown": {}}})
    }

    fn instance(kind: &str) -> Json {
        json!({"instance_type": kind, "availability_zone": "us-east-1a", "root_block_device": [{"volume_size": 10, "volume_type": "gp3"}]})
    }

    fn cost(changes: &[Json], budget: Budget) -> Json {
        let text = json!({"format_version": "1.2", "resource_changes": changes, "configuration": {"root_module": {}}});
        let Some(Document::Plan(plan)) = crate::input::read("plan.json", text.to_string().into_bytes()).unwrap().pop()
        else {
            panic!("a plan")
        };
        serde_json::to_value(input(&plan, &Basis { budget, ..Basis::default() }).unwrap()).unwrap()
    }

    #[test]
    fn a_plan_has_its_bill_before_and_after() {
        let budget = Budget { monthly_usd: Some("123.45".parse().unwrap()), max_increase_percent: None };
        let seen = cost(&[change("web", instance("m5.large"), instance("m5.xlarge"))], budget);
        // 730 hours at $0.192 and at $0.096, 10 GB of gp3 at $0.08.
        assert_eq!(seen["monthly_usd"], json!(140.96));
        assert_eq!(seen["before_monthly_usd"], json!(70.88));
        assert_eq!(seen["change_usd"], json!(70.08));
        assert_eq!(seen["change_percent"], json!(98.8713), "rounded");
        assert_eq!((&seen["change_known"], &seen["unpriced_count"]), (&json!(true), &json!(0)));
        assert_eq!(seen["by_service"]["EC2"], json!(140.96));
        assert_eq!(seen["resources"]["aws_instance.web"]["complete"], json!(true));
        assert_eq!(seen["budget"], json!({"monthly_usd": 123.45}));
        assert!(seen["prices"]["date"].is_string() && !seen["prices"]["sources"].as_array().unwrap().is_empty());
    }

    #[test]
    fn a_price_that_is_not_known_is_absent_and_counted() {
        let seen = cost(&[change("odd", Json::Null, instance("p99.mega"))], Budget::default());
        let odd = &seen["resources"]["aws_instance.odd"];
        assert_eq!((&seen["unpriced_count"], &seen["before_unpriced_count"]), (&json!(1), &json!(0)));
        assert_eq!(odd["complete"], json!(false));
        assert!(odd["unpriced"][0].as_str().unwrap().contains("p99.mega"), "{odd}");
        assert!(seen.get("change_percent").is_none(), "there was nothing before: {seen}");
        let gone = cost(&[change("odd", instance("p99.mega"), Json::Null)], Budget::default());
        assert_eq!((&gone["unpriced_count"], &gone["before_unpriced_count"]), (&json!(0), &json!(1)));
        assert_eq!(gone["monthly_usd"], json!(0));
    }
}
