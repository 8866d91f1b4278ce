//! From configuration and prices to what is over, and what could be less.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use parapet_policy::input::ListedResource;
use parapet_pricing::Decimal;
use parapet_pricing::money::dollars;
use parapet_pricing::recommend::Action;
use parapet_remediation::{Category, Saving, Task, Wishes, propose};
use tfplugin::number::Number;
use tfplugin::prelude::*;

use super::finding::{self, FindingItem};
use super::live;
use super::model::{CostPolicy, EstimateItem, Scope};
use super::rule::Rule;
use crate::configuration::ConfigurationDir;
use crate::cost::{Bill, Stack, Stated, decimal, number};
use crate::provider::Clients;

/// How many of the costliest resources a message names.
const COSTLIEST: usize = 3;

/// The arguments that are judged, known.
#[derive(Debug)]
pub(super) struct Terms {
    directory: String,
    variables: Option<Dynamic>,
    usage_file: Option<String>,
    usage: Option<String>,
    region: Option<String>,
    budget: Decimal,
    max_increase: Option<Decimal>,
    rules: Vec<Rule>,
    scope: Scope,
    enforce: bool,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) estimate: EstimateItem,
    pub(super) findings: Vec<FindingItem>,
    pub(super) unpriced: i64,
    /// Whether the estimate is another than that of the state.
    is_change: bool,
    breaches: Vec<Breach>,
}

/// A limit that is passed.
#[derive(Debug)]
struct Breach {
    kind: &'static str,
    at: tfplugin::path::Path,
    summary: String,
    detail: String,
    /// Whether no price that is missing could take it back.
    is_certain: bool,
}

impl Terms {
    /// As planned; `None` while something is known only after apply.
    pub(super) fn planned(plan: &Plan<'_, CostPolicy>) -> Result<Option<Self>> {
        fn known<T>(value: Known<T>) -> Option<Option<T>> {
            match value {
                Known::Unknown => None,
                Known::Null => Some(None),
                Known::Value(value) => Some(Some(value)),
            }
        }
        let paths = CostPolicy::paths();
        let all = || {
            Some((
                known(plan.get(&paths.configuration_dir))??,
                known(plan.get(&paths.variables))?,
                known(plan.get(&paths.usage_file))?,
                known(plan.get(&paths.usage))?,
                known(plan.get(&paths.region))?,
                known(plan.get(&paths.monthly_budget_usd))??,
                known(plan.get(&paths.max_increase_percent))?,
                known(plan.get(&paths.rule))?.unwrap_or_default(),
                known(plan.get(&paths.scope))?.unwrap_or_default(),
                known(plan.get(&paths.mode))??,
            ))
        };
        let Some((directory, variables, usage_file, usage, region, budget, increase, rules, scope, mode)) = all()
        else {
            return Ok(None);
        };
        let (budget, max_increase) = (decimal(&budget)?, increase.as_ref().map(decimal).transpose()?);
        let enforce = mode == "enforce";
        Ok(Some(Self { directory, variables, usage_file, usage, region, budget, max_increase, rules, scope, enforce }))
    }

    /// As applied.
    pub(super) fn of(policy: &CostPolicy) -> Result<Self> {
        Ok(Self {
            directory: policy.configuration_dir.clone(),
            variables: policy.variables.clone(),
            usage_file: policy.usage_file.clone(),
            usage: policy.usage.clone(),
            region: policy.region.clone(),
            budget: decimal(&policy.monthly_budget_usd)?,
            max_increase: policy.max_increase_percent.as_ref().map(decimal).transpose()?,
            rules: policy.rule.clone(),
            scope: policy.scope.clone().unwrap_or_default(),
            enforce: policy.mode == "enforce",
        })
    }

    /// What the rules about the account found before, where it still stands; `None` where the account has to be read.
    pub(super) fn kept(&self, prior: View<'_, CostPolicy>) -> Option<Vec<FindingItem>> {
        let paths = CostPolicy::paths();
        let rules = prior.get(&paths.rule).value().unwrap_or_default();
        let scope = prior.get(&paths.scope).value().unwrap_or_default();
        live::kept((&self.rules, &self.scope), (&rules, &scope), prior.get(&paths.findings).value())
    }

    /// What the rules about the account find now.
    pub(super) async fn live(&self, cx: &Context<Clients>) -> Result<Vec<FindingItem>> {
        live::find(cx, &self.rules, &self.scope).await
    }

    fn configuration(&self) -> ConfigurationDir<'_> {
        ConfigurationDir { directory: &self.directory, variables: self.variables.as_ref() }
    }

    /// Prices the configuration and judges the bill. `before` is the estimate of the state, with how many of its items had no price.
    pub(super) fn judge(&self, cx: &Context<Clients>, before: Option<(&EstimateItem, i64)>) -> Result<Judged> {
        let unpriced_before = before.map_or(0, |(_, unpriced)| unpriced);
        let before = before.map(|(estimate, _)| estimate);
        let stack = Stack::of_configuration(cx, self.configuration())?;
        let stated = Stated {
            usage_file: self.usage_file.as_deref(),
            usage: self.usage.as_deref(),
            region: self.region.as_deref(),
        };
        let bill = stack.bill(cx, &stated, |resource| self.scope.covers(resource))?;
        let amount = |value: &Computed<Number>| value.known().map(decimal).transpose();
        let last = before.map(|it| amount(&it.monthly_usd)).transpose()?.flatten();
        let is_change = last != Some(bill.monthly);
        let previous = match before {
            // What was compared at the last change stays, so that a second plan has nothing to do.
            Some(before) if !is_change => amount(&before.previous_monthly_usd)?,
            _ => last,
        };
        let change = previous.map(|previous| bill.monthly - previous);
        let increase = self.over_increase(&bill, previous, unpriced_before);
        let breaches: Vec<Breach> = self.over_budget(&bill, change).into_iter().chain(increase).collect();
        let mut findings: Vec<FindingItem> = breaches.iter().map(Breach::finding).collect();
        findings.extend(self.improvements(cx, &stack, &bill)?);
        Ok(Judged {
            estimate: EstimateItem {
                monthly_usd: number(bill.monthly)?.into(),
                previous_monthly_usd: previous.map(number).transpose()?.into(),
                change_usd: change.map(number).transpose()?.into(),
                by_service: bill.services()?.into(),
                without_usage_count: i64::try_from(bill.without_usage()).ok().into(),
                not_covered_count: i64::try_from(bill.not_covered.values().sum::<usize>()).ok().into(),
                sources: bill.sources.clone().into(),
            },
            findings,
            unpriced: i64::try_from(bill.unpriced()).unwrap_or(i64::MAX),
            is_change,
            breaches,
        })
    }

    fn over_budget(&self, bill: &Bill, change: Option<Decimal>) -> Option<Breach> {
        if bill.monthly <= self.budget {
            return None;
        }
        let mut detail = format!(
            "The stack costs {} a month, {} over the budget of {}.",
            dollars(bill.monthly),
            dollars(bill.monthly - self.budget),
            dollars(self.budget)
        );
        if let Some(change) = change.filter(|change| !change.is_zero()) {
            let direction = if change.is_sign_negative() { "less" } else { "more" };
            let _infallible =
                write!(detail, "\nIt is {} a month {direction} than it was before.", dollars(change.abs()));
        }
        most_of_it(&mut detail, bill);
        not_in_it(&mut detail, bill);
        detail.push_str("\nMake it smaller, or raise `monthly_budget_usd`.");
        Some(Breach {
            kind: "over_budget",
            at: CostPolicy::paths().monthly_budget_usd.into(),
            summary: format!("Over budget: {} a month of {}", dollars(bill.monthly), dollars(self.budget)),
            detail,
            is_certain: true,
        })
    }

    fn over_increase(&self, bill: &Bill, previous: Option<Decimal>, unpriced_before: i64) -> Option<Breach> {
        let (allowed, previous) = (self.max_increase?, previous?);
        let change = bill.monthly - previous;
        let share = change.checked_div(previous)?.checked_mul(Decimal::ONE_HUNDRED)?;
        if share <= allowed {
            return None;
        }
        let mut detail = format!(
            "The stack costs {} a month, {} more than before ({}): {}%, and {}% is allowed.",
            dollars(bill.monthly),
            dollars(change),
            dollars(previous),
            share.round_dp(1).normalize(),
            allowed.normalize()
        );
        most_of_it(&mut detail, bill);
        not_in_it(&mut detail, bill);
        if unpriced_before > 0 {
            let items = if unpriced_before == 1 { "1 item".to_owned() } else { format!("{unpriced_before} items") };
            let _infallible = write!(
                detail,
                "\n{items} had no known price before: what looks like an increase may be a price that is known now. This does not stop \
                 the plan; give a `price_book` that has what was missing."
            );
        }
        Some(Breach {
            kind: "over_increase",
            at: CostPolicy::paths().max_increase_percent.into(),
            summary: format!("{} a month more than before", dollars(change)),
            detail,
            is_certain: unpriced_before == 0,
        })
    }

    /// What the rules find in the configuration.
    fn improvements(&self, cx: &Context<Clients>, stack: &Stack, bill: &Bill) -> Result<Vec<FindingItem>> {
        let only: Vec<Category> = self.rules.iter().filter_map(Rule::category).collect();
        if only.is_empty() {
            return Ok(Vec::new());
        }
        let counted: BTreeSet<&str> = bill.resources.iter().map(|it| it.address.as_str()).collect();
        let counts = |it: &ListedResource| self.scope.is_all() || counted.contains(it.address.as_str());
        let resources: Vec<ListedResource> = stack
            .plan()
            .resources()?
            .into_iter()
            .filter(counts)
            // A configuration creates everything: what it says is what there is.
            .map(|it| ListedResource { before: it.after.clone(), ..it })
            .collect();
        let wishes = Wishes { graviton: only.contains(&Category::Graviton), log_retention_days: None, only };
        let source = Path::new(&self.directory);
        let variables = self.configuration().variables()?;
        let task = Task {
            source,
            variables: &variables,
            resources: &resources,
            wishes: &wishes,
            book: cx.prices(),
            region: None,
        };
        let patch = propose(task).map_err(|error| {
            Error::new("The rules cannot look at the configuration")
                .detail(error.to_string())
                .at(ConfigurationDir::at())
        })?;
        let rule = |category: Category| self.rules.iter().find(|rule| rule.category() == Some(category));
        let within = |file: &Path| file.strip_prefix(source).unwrap_or(file).display().to_string();
        let mut found = Vec::new();
        for it in &patch.applied {
            let saving = match &it.saving {
                Saving::Known { monthly_usd, .. } => Some(*monthly_usd),
                Saving::Unknown(_) => None,
            };
            let Some(rule) = rule(it.category).filter(|rule| rule.is_worth(saving)) else { continue };
            let place = it.places.first();
            found.push(FindingItem {
                address: it.address.clone().into(),
                action: action(it.category).into(),
                monthly_savings_usd: saving.map(number).transpose()?.into(),
                file: place.map(|(file, _)| within(file)).into(),
                line: place.map(|(_, line)| i64::from(*line)).into(),
                ..FindingItem::of(&rule.kind, it.why.clone())
            });
        }
        for it in &patch.refused {
            let Some(rule) = rule(it.category) else { continue };
            found.push(FindingItem {
                address: it.address.clone().into(),
                action: action(it.category).into(),
                file: it.line.map(|_| within(&it.file)).into(),
                line: it.line.map(i64::from).into(),
                ..FindingItem::of(&rule.kind, format!("{} {}: {}", it.path, it.what, it.reason))
            });
        }
        Ok(found)
    }
}

/// The name that AWS Cost Optimization Hub has for a change of the configuration.
fn action(category: Category) -> String {
    let action = if category == Category::Graviton { Action::MigrateToGraviton } else { Action::Upgrade };
    action.as_str().to_owned()
}

fn most_of_it(detail: &mut String, bill: &Bill) {
    let costliest = bill.costliest(COSTLIEST);
    if !costliest.is_empty() {
        detail.push_str("\nThe costliest are:");
    }
    for resource in costliest {
        let least = if resource.gaps() == 0 { "" } else { "at least " };
        let _infallible = write!(detail, "\n- {}: {least}{} a month", resource.address, dollars(resource.monthly_usd));
    }
}

fn not_in_it(detail: &mut String, bill: &Bill) {
    let counts = [
        (bill.unpriced(), "without a known price"),
        (bill.without_usage(), "that depend on usage nobody stated"),
        (bill.not_covered.values().sum(), "of resources that are not covered"),
    ];
    let parts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if !parts.is_empty() {
        let _infallible = write!(detail, "\nNot in it are items: {}.", parts.join(", "));
    }
}

impl Breach {
    fn finding(&self) -> FindingItem {
        FindingItem::of(self.kind, self.summary.clone())
    }
}

impl Judged {
    /// Shows what is over and what was found: as errors, which stop the plan, where the policy is enforced.
    pub(super) fn tell(&self, cx: &Context<Clients>, terms: &Terms) -> Result<()> {
        let mut errors = Vec::new();
        for breach in &self.breaches {
            // An increase that has been applied is over; the budget is not.
            let is_new = self.is_change || breach.kind == "over_budget";
            let stops = terms.enforce && breach.is_certain;
            let kind: fn(String) -> Diagnostic = match (stops, is_new) {
                (true, true) => Diagnostic::error,
                (false, true) => Diagnostic::warning,
                (_, false) => continue,
            };
            let problem = kind(breach.summary.clone()).detail(breach.detail.clone()).at(breach.at.clone());
            if stops { errors.push(problem) } else { cx.warn(problem) }
        }
        let improvements: Vec<&FindingItem> = self.findings.iter().skip(self.breaches.len()).collect();
        finding::tell(cx, &improvements)?;
        if errors.is_empty() { Ok(()) } else { Err(Error::all(errors)) }
    }
}
