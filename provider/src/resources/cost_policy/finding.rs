//! What a policy found.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use parapet_pricing::Decimal;
use parapet_pricing::money::{MoneyError, dollars};
use tfplugin::number::Number;
use tfplugin::prelude::*;

use super::model::CostPolicy;
use crate::cost::decimal;
use crate::provider::Clients;

/// How many findings a warning names.
const MOST_NAMED: usize = 5;

/// What is over, or could be less.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct FindingItem {
    /// `over_budget`, `over_increase`, or the type of the rule.
    #[attr(name = "type")]
    pub(crate) kind: Computed<String>,
    /// Address of the resource in the configuration; null where it is about the stack or about the account.
    pub(crate) address: Computed<String>,
    /// ARN of the resource in the account; null where it is about the configuration.
    pub(crate) resource_arn: Computed<String>,
    /// What to do, as AWS Cost Optimization Hub calls it; null where a limit is passed.
    pub(crate) action: Computed<String>,
    /// What is so, and what would be better.
    pub(crate) message: Computed<String>,
    /// How sure it is: `high`, `medium` or `low`; null where it is about the configuration.
    pub(crate) confidence: Computed<String>,
    /// USD a month that it would save; null where that is not known.
    pub(crate) monthly_savings_usd: Computed<Number>,
    /// File that sets it, within `configuration_dir`; else null.
    pub(crate) file: Computed<String>,
    /// Line in it.
    pub(crate) line: Computed<i64>,
}

impl FindingItem {
    /// Of a type, and nothing else known.
    pub(super) fn of(kind: &str, message: String) -> Self {
        Self {
            kind: kind.to_owned().into(),
            address: Computed::Null,
            resource_arn: Computed::Null,
            action: Computed::Null,
            message: message.into(),
            confidence: Computed::Null,
            monthly_savings_usd: Computed::Null,
            file: Computed::Null,
            line: Computed::Null,
        }
    }

    /// Whether it is about the account.
    pub(super) fn is_live(&self) -> bool {
        self.resource_arn.known().is_some()
    }
}

/// USD a month that findings would save together: of several for one resource of the account the best counts.
///
/// # Errors
/// A sum beyond 28 digits.
pub(super) fn savings<'a>(findings: impl IntoIterator<Item = &'a FindingItem>) -> Result<Decimal> {
    let (mut sum, mut best) = (Decimal::ZERO, BTreeMap::<&str, Decimal>::new());
    for it in findings {
        let Some(saving) = it.monthly_savings_usd.known().map(decimal).transpose()? else { continue };
        match it.resource_arn.known() {
            Some(arn) => {
                let most = best.entry(arn).or_default();
                *most = saving.max(*most);
            }
            None => sum = sum.checked_add(saving).ok_or(MoneyError::Overflow)?,
        }
    }
    Ok(best.into_values().try_fold(sum, |sum, it| sum.checked_add(it).ok_or(MoneyError::Overflow))?)
}

/// Shows what the rules found, what saves most first.
pub(super) fn tell(cx: &Context<Clients>, found: &[&FindingItem]) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let mut found = found.to_vec();
    found.sort_by_cached_key(|it| Reverse(it.monthly_savings_usd.known().and_then(|it| decimal(it).ok())));
    let text = |value: &Computed<String>| value.known().cloned().unwrap_or_default();
    let mut detail = String::new();
    for it in found.iter().take(MOST_NAMED) {
        let place = match (it.file.known(), it.line.known()) {
            (Some(file), Some(line)) => format!(" ({file}:{line})"),
            _ => String::new(),
        };
        let what = if it.is_live() { text(&it.resource_arn) } else { text(&it.address) };
        let _infallible = writeln!(detail, "- {what}{place}: {}", text(&it.message));
    }
    if found.len() > MOST_NAMED {
        let _infallible = writeln!(detail, "- and {} more, in the attribute `findings`", found.len() - MOST_NAMED);
    }
    let mut ways = Vec::new();
    if found.iter().any(|it| !it.is_live()) {
        ways.push("`parapet cost patch` makes the changes that can be made in place.");
    }
    if found.iter().any(|it| it.is_live()) {
        ways.push("`parapet cost recommend` shows what those in the account rest on, and how to make them.");
    }
    detail.push_str(&ways.join("\n"));
    let known = savings(found.iter().copied())?;
    let saves =
        if known.is_zero() { "could save money".to_owned() } else { format!("would save {} a month", dollars(known)) };
    let changes = if found.len() == 1 { "1 change".to_owned() } else { format!("{} changes", found.len()) };
    cx.warn(Diagnostic::warning(format!("{changes} {saves}")).detail(detail).at(CostPolicy::paths().rule));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_of_the_account_saves_once() {
        let saves = |arn: Option<&str>, usd: Option<&str>| FindingItem {
            resource_arn: arn.map(str::to_owned).into(),
            monthly_savings_usd: usd.map(|it| it.parse::<Number>().unwrap()).into(),
            ..FindingItem::of("rightsizing", String::new())
        };
        let all = [
            saves(None, Some("5")),
            saves(None, Some("5")),
            saves(Some("a"), Some("10.25")),
            saves(Some("a"), Some("40")),
            saves(Some("b"), Some("1.5")),
            saves(Some("c"), None),
        ];
        assert_eq!(savings(&all).unwrap().to_string(), "51.5");
    }
}
