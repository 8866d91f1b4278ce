//! `parapet_cost_policy` as configuration and state.

use std::collections::BTreeMap;

use parapet_pricing::Decimal;
use parapet_pricing::estimate::ResourceCost;
use tfplugin::number::Number;
use tfplugin::prelude::*;
use tfplugin::validate::Validator;
use tfplugin::value::Value;

use super::finding::FindingItem;
use super::rule::Rule;
use crate::aws::Tags;
use crate::cost::{above_zero, decimal};

/// What a stack may cost in a month: judged while Terraform plans it, and watched by an AWS Budget from then on.
///
/// The stack's own configuration is priced (as `parapet_cost_estimate` does it) and compared with `monthly_budget_usd`, and with what it
/// cost when it was last applied. With `mode = "enforce"` no plan comes about that is over. What has no price is counted, and never
/// counts as 0. The budget has the name of the policy, `monthly_budget_usd` as its limit and the `scope` as its filters, and tells
/// `notify` of what is really spent.
///
/// Rules about the account need the permissions that `parapet_cost_recommendations` lists for what they read. What AWS refuses is a
/// warning, and the rest is reported.
#[derive(Clone, Debug, Model)]
#[model(name = "cost_policy")]
pub(crate) struct CostPolicy {
    /// Account of the budget: that of the credentials.
    #[attr(key, keep)]
    pub(crate) account_id: Computed<String>,
    /// Name of the policy and of its budget: up to 100 characters, neither `:` nor `\`.
    #[attr(key, validate = budget_name())]
    pub(crate) name: String,
    /// Directory with the configuration that is judged; `path.root` is the stack's own.
    #[attr(validate = length(1..=4096))]
    pub(crate) configuration_dir: String,
    /// Values of the variables of the root module in `configuration_dir`, such as `{ environment = var.environment }`. Terraform tells
    /// a provider nothing of `-var` and `-var-file`; what they set has to be said here. Defaults, `terraform.tfvars`, `*.auto.tfvars`
    /// and `TF_VAR_*` are read without that.
    pub(crate) variables: Option<Dynamic>,
    /// File that says what configuration cannot tell: how much is stored, sent, called. At most one of `usage_file` and `usage`.
    pub(crate) usage_file: Option<String>,
    /// The text of such a file.
    pub(crate) usage: Option<String>,
    /// Region of resources that say none, and whose provider block says none.
    pub(crate) region: Option<String>,
    /// What the stack may cost in a month, in USD. The limit of the budget.
    #[attr(validate = above_zero())]
    pub(crate) monthly_budget_usd: Number,
    /// How much more than at the last apply the stack may cost, in percent. Not judged when left out, nor on create. Where something
    /// had no known price at the last apply, being over is a warning: the price may only have become known.
    #[attr(validate = percent(0))]
    pub(crate) max_increase_percent: Option<Number>,
    /// `report`: being over is a warning. `enforce`: it stops the plan.
    #[attr(default = "report", validate = one_of(&["report", "enforce"]))]
    pub(crate) mode: String,
    /// What to look for, in the configuration and in the account. What is found stops no plan.
    #[attr(block)]
    pub(crate) rule: Vec<Rule>,
    /// What counts. Everything when left out.
    #[attr(block)]
    pub(crate) scope: Option<Scope>,
    /// Whom the budget tells, and when. Nobody when left out.
    #[attr(block)]
    pub(crate) notify: Option<Notify>,
    /// Tags of the budget, over those of the provider block.
    pub(crate) tags: Option<Tags>,
    /// All tags, those of the provider block among them.
    pub(crate) tags_all: Computed<Tags>,
    /// ARN of the budget.
    #[attr(keep)]
    pub(crate) arn: Computed<String>,
    /// What the stack costs.
    #[attr(keep)]
    pub(crate) estimate: Computed<EstimateItem>,
    /// What is over, and what the rules found: in the configuration when it was last planned, in the account when it was last refreshed.
    #[attr(keep)]
    pub(crate) findings: Computed<Vec<FindingItem>>,
    /// USD a month that the findings would save; those whose saving is not known are not in it. Of several for one resource of the
    /// account the best counts.
    #[attr(keep)]
    pub(crate) potential_savings_usd: Computed<Number>,
    /// How many lines ought to have a price and have none; those that only lack usage are not among them.
    #[attr(keep)]
    pub(crate) unpriced_count: Computed<i64>,
}

/// What counts, both in the estimate and in the budget.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(crate) struct Scope {
    /// Regions, such as `eu-west-1`; `global` is what is in none. What has an unknown region counts.
    #[attr(validate = length(1..=100))]
    pub(crate) regions: Option<Set<String>>,
    /// Values of one tag, such as `{ CostCenter = ["Engineering"] }`. The tag must be activated for billing. One tag only: AWS Budgets
    /// would let count what has any of several.
    #[attr(validate = length(1..=1))]
    pub(crate) tag_filters: Option<BTreeMap<String, Vec<String>>>,
}

impl Scope {
    /// Whether it leaves nothing out.
    pub(super) fn is_all(&self) -> bool {
        self.regions.is_none() && self.tag_filters.is_none()
    }

    /// Whether a resource counts.
    pub(super) fn covers(&self, resource: &ResourceCost) -> bool {
        let region = match (&self.regions, &resource.region) {
            (Some(regions), Some(region)) => regions.iter().any(|it| it == region),
            _ => true,
        };
        let tagged =
            |(key, values): (&String, &Vec<String>)| resource.tags.get(key).is_some_and(|value| values.contains(value));
        region && self.tag_filters.iter().flatten().all(tagged)
    }
}

/// Whom the budget tells, and when.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Notify {
    /// Addresses of mail, at most 10.
    #[attr(validate = length(1..=10), validate = each(email()))]
    pub(crate) emails: Option<Set<String>>,
    /// ARN of an SNS topic that AWS Budgets may publish to.
    pub(crate) sns_topic_arn: Option<String>,
    /// Shares of the limit, in percent, that have been spent when they are told. 80 and 100 when left out.
    #[attr(validate = length(1..=9), validate = each(percent(1)))]
    pub(crate) actual_percent: Option<Set<Number>>,
    /// Share of the limit, in percent, that the month is going to cost when they are told. 100 when left out.
    #[attr(validate = percent(1))]
    pub(crate) forecast_percent: Option<Number>,
}

/// What the stack costs.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct EstimateItem {
    /// USD a month, of everything that counts and has a figure.
    pub(crate) monthly_usd: Computed<Number>,
    /// The same at the apply before the one that last changed it; null at the first.
    pub(crate) previous_monthly_usd: Computed<Number>,
    /// The difference; null at the first apply.
    pub(crate) change_usd: Computed<Number>,
    /// USD a month by the service that bills it.
    pub(crate) by_service: Computed<BTreeMap<String, Number>>,
    /// Lines that depend on usage which nobody stated.
    pub(crate) without_usage_count: Computed<i64>,
    /// Resources of types that have no price here.
    pub(crate) not_covered_count: Computed<i64>,
    /// Who says the prices, with the date.
    pub(crate) sources: Computed<Vec<String>>,
}

impl CostPolicy {
    /// What an import knows before the next apply: the budget alone.
    pub(super) fn imported(account: &str, name: &str, limit: Number) -> Self {
        Self {
            account_id: account.to_owned().into(),
            name: name.to_owned(),
            configuration_dir: ".".to_owned(),
            variables: None,
            usage_file: None,
            usage: None,
            region: None,
            monthly_budget_usd: limit,
            max_increase_percent: None,
            mode: "report".to_owned(),
            rule: Vec::new(),
            scope: None,
            notify: None,
            tags: None,
            tags_all: Computed::Null,
            arn: Computed::Null,
            estimate: Computed::Null,
            findings: Computed::Null,
            potential_savings_usd: Computed::Null,
            unpriced_count: Computed::Null,
        }
    }
}

/// Names as AWS Budgets takes them: <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html>.
fn budget_name() -> Validator {
    Validator::new("1 to 100 characters without `:`, `\\` and `/action/`", |value| {
        let Value::String(name) = value else { return true };
        (1..=100).contains(&name.chars().count()) && !name.contains([':', '\\']) && !name.contains("/action/")
    })
}

fn email() -> Validator {
    Validator::new("an address of mail", |value| {
        let Value::String(text) = value else { return true };
        let mut parts = text.split('@');
        matches!((parts.next(), parts.next(), parts.next()), (Some(who), Some(place), None)
            if !who.is_empty() && !place.is_empty() && !text.contains(char::is_whitespace))
    })
}

/// A number that is no less than `least`, and no more than AWS Budgets takes as a threshold.
pub(super) fn percent(least: i64) -> Validator {
    Validator::new(format!("a number from {least} to 1000000"), move |value| {
        let Value::Number(number) = value else { return true };
        decimal(number).is_ok_and(|it| it >= Decimal::from(least) && it <= Decimal::from(1_000_000))
    })
}
