//! Reserved capacity and Savings Plans: usage that runs all the time at on-demand prices.

use rust_decimal::Decimal;

use super::cost::Cost;
use super::draft::{Desk, Draft, Evidence};
use super::inventory::Tags;
use super::output::{Action, Confidence};
use super::spend::Coverage;
use crate::money::{digits, dollars};

const NO_TAGS: &Tags = &Tags::new();

pub(super) fn all(desk: &mut Desk<'_>) {
    // Nobody can say which part of a coverage has a tag.
    if !desk.limits.tag_filters.is_empty() {
        return;
    }
    let commitments = &desk.inventory.commitments;
    if let Some(coverage) = &commitments.savings_plans {
        let saved = saved(desk, &["Ec2Instance"]);
        purchase(desk, "compute", coverage, saved);
    }
    for (service, coverage) in &commitments.reservations {
        let kinds: &[&str] = if service.contains("Relational Database") { &["RdsDbInstance"] } else { &[] };
        let saved = saved(desk, kinds);
        purchase(desk, service, coverage, saved);
    }
}

/// What the other recommendations take away from the on-demand spend.
fn saved(desk: &Desk<'_>, kinds: &[&str]) -> Decimal {
    let found = desk.so_far().iter().filter(|it| kinds.contains(&it.resource_type.as_str()));
    found.map(|it| it.counted_savings_usd).fold(Decimal::ZERO, Decimal::saturating_add)
}

fn purchase(desk: &mut Desk<'_>, service: &str, coverage: &Coverage, saved: Decimal) {
    let on_demand = coverage.on_demand_usd;
    if coverage.covered_percent >= desk.limits.commitment_percent || on_demand <= Decimal::ZERO {
        return;
    }
    let plans = service == "compute";
    let (action, kind, arn, what) = if plans {
        (Action::PurchaseSavingsPlans, "SavingsPlans", desk.arn("savingsplans", ""), "a Compute Savings Plan")
    } else {
        (Action::PurchaseReservedInstances, "ReservedInstances", desk.arn("ce", service), "reserved instances")
    };
    let now = Cost::said(on_demand, "AWS Cost Explorer");
    let (recommended, then) = match &coverage.offer {
        // More than all of it cannot be saved.
        Some(offer) if (Decimal::ZERO..=on_demand).contains(&offer.monthly_savings_usd) => {
            (offer.what.clone(), Cost::said(on_demand - offer.monthly_savings_usd, "AWS Cost Explorer"))
        }
        _ => (what.to_owned(), Cost::unknown("Cost Explorer proposes no purchase, and no price book has the discount")),
    };
    let left = (on_demand - saved).max(Decimal::ZERO);
    let draft = Draft {
        action,
        kind,
        arn,
        id: service,
        tags: NO_TAGS,
        current: format!(
            "{} a month on demand, {}% covered",
            dollars(on_demand),
            digits(coverage.covered_percent.round_dp(1))
        ),
        recommended,
        now,
        then,
        confidence: (
            Confidence::Medium,
            "it binds for a year; do what else is recommended first, and commit to what is left".to_owned(),
        ),
        reason: format!(
            "commitments cover {}% of {service}, less than {}%",
            digits(coverage.covered_percent.round_dp(1)),
            digits(desk.limits.commitment_percent)
        ),
        evidence: Evidence::default()
            .with("on_demand_usd", dollars(on_demand))
            .with("covered_percent", digits(coverage.covered_percent.round_dp(1)))
            .with("on_demand_usd_after_other_recommendations", dollars(left)),
        remediation: format!(
            "Carry out what else is recommended, wait two weeks, read the coverage again, and buy for what runs all the time: {} of the \
             AWS console, for a year without paying in advance.",
            if plans { "Savings Plans > Recommendations" } else { "Reservations > Recommendations" }
        ),
    };
    let before = desk.so_far().len();
    desk.add(draft);
    if desk.so_far().len() > before
        && let Some(last) = desk.last()
        && let Some(savings) = last.monthly_savings_usd
    {
        // The rate of the discount, on what is left.
        let rate = left.checked_div(on_demand).unwrap_or_default();
        last.counted_savings_usd = savings.checked_mul(rate).unwrap_or_default().round_dp(10).min(savings);
    }
}
