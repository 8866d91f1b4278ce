//! `parapet_cost_estimate`

use std::collections::BTreeMap;

use tfplugin::number::Number;
use tfplugin::path::Path;
use tfplugin::prelude::*;

use crate::configuration::ConfigurationDir;
use crate::cost::{MissingItem, ResourceItem, Stack, Stated, number};
use crate::provider::Clients;

const CHOICE: &str = "Set one of `configuration_dir` (a directory), `plan_json` and `state_json` (texts).";

/// Estimates what a stack costs in a month, while Terraform plans: of its own configuration, of a plan or of a state.
///
/// Nothing is asked of AWS. Prices come from the price book of the provider block and else from the reference book, in USD at on-demand
/// rates. A price that is not known is unknown and counted, never 0. Amounts are decimal.
#[derive(Debug, Model)]
#[model(name = "cost_estimate")]
pub(crate) struct CostEstimate {
    /// Directory with Terraform configuration; `path.root` is the stack's own. It is priced as far as it is known without a plan.
    /// Exactly one of `configuration_dir`, `plan_json` and `state_json`.
    configuration_dir: Option<String>,
    /// Values of the variables of the root module in `configuration_dir`, such as `{ environment = var.environment }`. Terraform tells
    /// a provider nothing of `-var` and `-var-file`; what they set has to be said here. Defaults, `terraform.tfvars`, `*.auto.tfvars`
    /// and `TF_VAR_*` are read without that.
    variables: Option<Dynamic>,
    /// Text of a plan: the output of `terraform show -json tfplan`.
    #[attr(sensitive)]
    plan_json: Option<String>,
    /// Text of a state: the output of `terraform show -json`, or a `terraform.tfstate`.
    #[attr(sensitive)]
    state_json: Option<String>,
    /// File that says what configuration cannot tell: how much is stored, sent, called. At most one of `usage_file` and `usage`.
    usage_file: Option<String>,
    /// The text of such a file.
    usage: Option<String>,
    /// Region of resources that say none, and whose provider block says none.
    region: Option<String>,
    /// USD a month, of everything that has a figure.
    monthly_usd: Computed<Number>,
    /// The same before the plan; null without `plan_json`.
    before_monthly_usd: Computed<Number>,
    /// The difference; null without `plan_json`.
    change_usd: Computed<Number>,
    /// USD a month by the service that bills it.
    by_service: Computed<BTreeMap<String, Number>>,
    /// Every resource that costs something, by address.
    resources: Computed<Vec<ResourceItem>>,
    /// What has no figure, and why.
    not_estimated: Computed<Vec<MissingItem>>,
    /// Types of resources that have no price here, and how many there are of each.
    not_covered: Computed<BTreeMap<String, i64>>,
    /// How many lines ought to have a price and have none; those that only lack usage are not among them.
    unpriced_count: Computed<i64>,
    /// Who says the prices, with the date.
    sources: Computed<Vec<String>>,
}

impl DataSource for CostEstimate {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        let is_set = |field| matches!(config.get(field), Known::Value(_));
        let may_be = |field| !matches!(config.get(field), Known::Null);
        let given = [&paths.configuration_dir, &paths.plan_json, &paths.state_json];
        let set = given.iter().filter(|field| is_set(field)).count();
        if set > 1 {
            problems.error(Path::root(), "More than one thing to estimate", CHOICE);
        } else if !given.iter().any(|field| may_be(field)) {
            problems.error(Path::root(), "Nothing to estimate", CHOICE);
        }
        if !may_be(&paths.configuration_dir) && matches!(config.get(&paths.variables), Known::Value(_)) {
            problems.error(paths.variables, "Variables of nothing", "`variables` goes with `configuration_dir`.");
        }
        if is_set(&paths.usage_file) && is_set(&paths.usage) {
            problems.error(&paths.usage, "Usage said twice", "Set `usage_file` or `usage`, not both.");
        }
    }

    async fn read(cx: &Context<Clients>, config: Self) -> Result<Self> {
        let stack = match (&config.configuration_dir, &config.plan_json, &config.state_json) {
            (Some(directory), None, None) => {
                Stack::of_configuration(cx, ConfigurationDir { directory, variables: config.variables.as_ref() })?
            }
            (None, Some(text), None) => Stack::of_text("plan_json", text)?,
            (None, None, Some(text)) => Stack::of_text("state_json", text)?,
            (None, None, None) => return Err(Error::new("Nothing to estimate").detail(CHOICE)),
            _ => return Err(Error::new("More than one thing to estimate").detail(CHOICE)),
        };
        let stated = Stated {
            usage_file: config.usage_file.as_deref(),
            usage: config.usage.as_deref(),
            region: config.region.as_deref(),
        };
        let bill = stack.bill(cx, &stated, |_| true)?;
        let before = bill.previous.map(number).transpose()?;
        let change = bill.previous.map(|previous| number(bill.monthly - previous)).transpose()?;
        Ok(Self {
            monthly_usd: number(bill.monthly)?.into(),
            before_monthly_usd: before.into(),
            change_usd: change.into(),
            by_service: bill.services()?.into(),
            resources: bill.resources.iter().map(ResourceItem::of).collect::<Result<Vec<_>>>()?.into(),
            not_estimated: bill.missing.iter().map(MissingItem::from).collect::<Vec<_>>().into(),
            not_covered: bill.kinds_not_covered().into(),
            unpriced_count: i64::try_from(bill.unpriced()).ok().into(),
            sources: bill.sources.into(),
            ..config
        })
    }
}
