//! What all formats for people say alike.

use std::sync::Arc;

use parapet_pricing::estimate::{Component, Estimate, ResourceCost};
use parapet_pricing::money::{dollars, quantity};
use parapet_pricing::{Decimal, Source};

/// An amount with its sign: `+$1.00`, `-$1.00`; no change is `$0.00`.
pub(super) fn signed(amount: Decimal) -> String {
    let shown = dollars(amount);
    if shown.starts_with('-') || shown == "$0.00" { shown } else { format!("+{shown}") }
}

/// What a resource costs: `unknown`, or at least (`≥`) what is known of it.
pub(super) fn cost(resource: &ResourceCost) -> String {
    match (resource.is_unknown(), resource.gaps()) {
        (true, _) => "unknown".to_owned(),
        (false, 0) => dollars(resource.monthly_usd),
        (false, _) => format!("≥ {}", dollars(resource.monthly_usd)),
    }
}

/// How much more or less a resource costs.
pub(super) fn change(resource: &ResourceCost) -> String {
    if resource.is_change_unknown() { "unknown".to_owned() } else { signed(resource.change_usd) }
}

/// What it costs, or what the change costs: `+$123.45 a month (was $100.00, now $223.45, +123.5%)`.
pub(super) fn sentence(estimate: &Estimate) -> String {
    let now = dollars(estimate.monthly_usd);
    if !estimate.compares {
        let about = if without(estimate, None).is_some() { "at least " } else { "" };
        return format!("{about}{now} a month");
    }
    let known = if estimate.change_known { "" } else { " in what is known" };
    if estimate.change_usd.is_zero() {
        return format!("no change{known}: {now} a month");
    }
    let percent = estimate.change_percent().map(|percent| {
        let sign = if percent.is_sign_negative() { "" } else { "+" };
        format!(", {sign}{:.1}%", percent.round_dp(1))
    });
    let was = dollars(estimate.previous_monthly_usd);
    format!("{} a month{known} (was {was}, now {now}{})", signed(estimate.change_usd), percent.unwrap_or_default())
}

/// What the sums do not hold, in words; none when they hold all. `left_out` is what the plan itself does not.
pub(super) fn without(estimate: &Estimate, left_out: Option<&str>) -> Option<String> {
    let mut parts = Vec::new();
    let mut part = |count: usize, one: &str, more: &str| {
        if count > 0 {
            parts.push(format!("{count} {}", if count == 1 { one } else { more }));
        }
    };
    part(estimate.unpriced_count, "item without a known price", "items without a known price");
    part(estimate.not_estimated_count, "item that depends on usage", "items that depend on usage");
    part(estimate.not_covered_count, "resource that is not covered", "resources that are not covered");
    part(
        estimate.forgotten_count,
        "resource that the plan forgets and that goes on costing",
        "resources that the plan forgets and that go on costing",
    );
    let counted = (!parts.is_empty()).then(|| format!("Not in it: {}.", parts.join(", ")));
    let left_out = left_out.map(|why| format!("Not in it is what the plan leaves out: {why}."));
    let sentences: Vec<String> = left_out.into_iter().chain(counted).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// `aws_a (2), aws_b`
pub(super) fn not_covered(estimate: &Estimate) -> String {
    let kinds = estimate.not_covered.iter().map(|(kind, count)| match count {
        1 => kind.clone(),
        count => format!("{kind} ({count})"),
    });
    kinds.collect::<Vec<_>>().join(", ")
}

/// `+` created, `~` changed, `-` deleted, `±` replaced; a space for what stays.
pub(super) fn symbol(resource: &ResourceCost) -> char {
    let does = |action: &str| resource.actions.iter().any(|it| it == action);
    match (does("create"), does("delete"), does("update")) {
        (true, true, _) => '±',
        (true, false, _) => '+',
        (false, true, _) => '-',
        (false, false, true) => '~',
        _ => ' ',
    }
}

/// `730 hours × $0.0416`; nothing for a line without a figure.
pub(super) fn product(component: &Component) -> String {
    match (component.quantity, component.unit_price_usd) {
        (Some(amount), Some(price)) => {
            let plural = if component.unit == "hour" && amount != Decimal::ONE { "s" } else { "" };
            let about = if component.estimated { "~" } else { "" };
            format!("{} {}{plural} × {about}${}", quantity(amount), component.unit, price.normalize())
        }
        _ => String::new(),
    }
}

/// Why a line has no figure.
pub(super) fn reason(component: &Component) -> Option<String> {
    let gap = component.gap.as_ref()?;
    Some(format!("{}: {}", gap.reason.phrase(), gap.message))
}

/// `[1]`: the place of a source among those of the estimate.
pub(super) fn mark(estimate: &Estimate, source: Option<&Arc<Source>>) -> String {
    let index = source.and_then(|source| estimate.sources.iter().position(|it| it == source));
    index.map(|index| format!("[{}]", index + 1)).unwrap_or_default()
}

/// The last part of an address: the resource within its module.
pub(super) fn local(resource: &ResourceCost) -> &str {
    let inner = resource.address.strip_prefix(resource.module.as_str()).unwrap_or(&resource.address);
    inner.strip_prefix('.').unwrap_or(inner)
}
