//! Rules about the account: read as `parapet_cost_recommendations` reads it, judged by the same code.
//!
//! An account changes while Terraform looks on, and Terraform plans twice: what is read while planning would be another plan while
//! applying. So it is read by refreshes, and while applying where a plan could not know it.

use std::collections::{BTreeMap, BTreeSet};

use parapet_pricing::recommend::{Action, Limits, Recommendation, Recommendations, recommend};
use tfplugin::prelude::*;

use super::finding::FindingItem;
use super::model::Scope;
use super::rule::{Live, Rule};
use crate::aws::account::{self, Question};
use crate::cost::number;
use crate::provider::Clients;

/// What is in no region.
const GLOBAL: &str = "global";

/// Whether some rule is about the account.
pub(super) fn is_asked(rules: &[Rule]) -> bool {
    rules.iter().any(|it| it.live().is_some())
}

/// Whether a scope has a region that an account can be read in: one that names none has that of the provider.
pub(super) fn has_region(scope: &Scope) -> bool {
    scope.regions.as_ref().is_none_or(|regions| regions.iter().any(|it| it != GLOBAL))
}

/// The findings of a state, where nothing that they rest on has changed since.
pub(super) fn kept(
    (rules, scope): (&[Rule], &Scope),
    (before, scope_before): (&[Rule], &Scope),
    findings: Option<Vec<FindingItem>>,
) -> Option<Vec<FindingItem>> {
    if !is_asked(rules) {
        return Some(Vec::new());
    }
    let live = |rules: &[Rule]| rules.iter().filter(|it| it.live().is_some()).cloned().collect::<Vec<_>>();
    let same = live(rules) == live(before) && scope == scope_before;
    findings.filter(|_| same).map(|all| all.into_iter().filter(FindingItem::is_live).collect())
}

/// Reads the account. What AWS refuses is a warning.
///
/// # Errors
/// No credentials at all, and what is wrong in this process.
pub(super) async fn find(cx: &Context<Clients>, rules: &[Rule], scope: &Scope) -> Result<Vec<FindingItem>> {
    let mut by_days: BTreeMap<u32, Vec<(usize, &Rule, &'static Live)>> = BTreeMap::new();
    for (place, rule) in rules.iter().enumerate() {
        if let Some(live) = rule.live() {
            by_days.entry(rule.lookback_days()).or_default().push((place, rule, live));
        }
    }
    if by_days.is_empty() {
        return Ok(Vec::new());
    }
    let (aws, book) = (cx.aws().await?, cx.prices());
    let regions: Vec<String> = match &scope.regions {
        Some(regions) => regions.iter().filter(|it| *it != GLOBAL).cloned().collect(),
        None => vec![aws.region().to_owned()],
    };
    let tag_filters = scope.tag_filters.clone().unwrap_or_default();
    let (mut found, mut failures) = (BTreeMap::new(), BTreeSet::new());
    for (lookback_days, rules) in by_days {
        let limits = Limits {
            actions: rules.iter().map(|(_, _, live)| live.action).collect(),
            kinds: rules.iter().flat_map(|(_, _, live)| live.kinds).copied().collect(),
            tag_filters: tag_filters.clone(),
            ..Limits::default()
        };
        let question = Question { regions: regions.clone(), lookback_days, bills: false, cost_tag: None, limits };
        let read = account::read(aws, book, question).await?;
        for (place, rule, live) in rules {
            let limits = Limits { tag_filters: tag_filters.clone(), ..rule.limits(live) };
            let of_regions = read.inventories.iter().map(|it| recommend(it, &limits, book));
            let all = Recommendations::merged(of_regions.collect::<std::result::Result<Vec<_>, _>>()?)?;
            let worth = all.recommendations.into_iter().filter(|it| rule.is_worth(it.monthly_savings_usd));
            found.insert(place, worth.map(|it| finding(rule, it)).collect::<Result<Vec<_>>>()?);
        }
        failures.extend(read.failures);
    }
    for failure in &failures {
        cx.warn(account::warning(failure));
    }
    Ok(found.into_values().flatten().collect())
}

fn finding(rule: &Rule, it: Recommendation) -> Result<FindingItem> {
    let change = match it.action {
        Action::Delete => format!("delete it ({})", it.current),
        Action::Stop => format!("stop it ({})", it.current),
        _ => format!("{} to {}", it.current, it.recommended),
    };
    let unknown = match it.savings_unknown.as_str() {
        "" => String::new(),
        why => format!("; what it saves is not known: {why}"),
    };
    Ok(FindingItem {
        resource_arn: it.resource_arn.into(),
        action: it.action.as_str().to_owned().into(),
        confidence: it.confidence.as_str().to_owned().into(),
        monthly_savings_usd: it.monthly_savings_usd.map(number).transpose()?.into(),
        ..FindingItem::of(&rule.kind, format!("{change}: {}{unknown}", it.reason))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: &str, grace_period_days: Option<i64>) -> Rule {
        Rule { kind: kind.to_owned(), threshold: None, lookback_days: None, min_datapoints: None, grace_period_days }
    }

    #[test]
    fn findings_are_kept_until_what_they_rest_on_changes() {
        let live = FindingItem {
            resource_arn: "arn".to_owned().into(),
            ..FindingItem::of("unattached_volumes", String::new())
        };
        let before = || Some(vec![FindingItem::of("gp2_volumes", String::new()), live.clone()]);
        let (all, here) = (
            Scope::default(),
            Scope { regions: Some(["eu-west-1".to_owned()].into_iter().collect()), ..Scope::default() },
        );
        let (free, configured) = (rule("unattached_volumes", None), rule("gp2_volumes", None));
        let rules = [free.clone()];
        // Rules about the configuration come and go.
        let more = [configured.clone(), free];
        assert_eq!(kept((&rules, &all), (&more, &all), before()), Some(vec![live.clone()]));
        assert_eq!(kept((&rules, &here), (&rules, &all), before()), None);
        assert_eq!(kept((&rules, &all), (&[rule("unattached_volumes", Some(30))], &all), before()), None);
        assert_eq!(kept((&rules, &all), (&[], &all), None), None);
        // Nothing to read, nothing to wait for.
        assert_eq!(kept((&[configured], &all), (&rules, &all), before()), Some(Vec::new()));
    }

    #[test]
    fn a_scope_of_what_is_in_no_region_cannot_be_read() {
        let of = |regions: &[&str]| Scope {
            regions: Some(regions.iter().map(|it| (*it).to_owned()).collect()),
            ..Scope::default()
        };
        assert!(has_region(&Scope::default()) && has_region(&of(&["global", "eu-west-1"])));
        assert!(!has_region(&of(&["global"])));
    }
}
