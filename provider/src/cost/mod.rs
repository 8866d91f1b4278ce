//! What stacks cost, as the provider says it: one way from configuration, plans and states to a bill, for the data source and the
//! policy.

mod amounts;
mod bill;

use parapet_policy::Document;
use parapet_policy::cost::priced;
use parapet_policy::input::{self, Plan};
use parapet_pricing::estimate::{Assumptions, Planned, ResourceCost, Usage, estimate};
use tfplugin::path::Path;
use tfplugin::prelude::*;

use crate::configuration::{ConfigurationDir, unreadable};
use crate::provider::Clients;

pub(crate) use amounts::{above_zero, decimal, number};
pub(crate) use bill::{Bill, MissingItem, ResourceItem};

/// What is priced.
#[derive(Debug)]
pub(crate) struct Stack {
    plan: Plan,
    /// Whether there is a before to compare with.
    compares: bool,
}

impl Stack {
    /// The configuration in a directory.
    pub(crate) fn of_configuration(cx: &Context<Clients>, from: ConfigurationDir<'_>) -> Result<Self> {
        match from.read(cx)?.document {
            Document::Plan(plan) => Ok(Self { plan, compares: false }),
            _ => Err(nothing(&ConfigurationDir::at())),
        }
    }

    /// The text of a plan or a state.
    pub(crate) fn of_text(name: &str, text: &str) -> Result<Self> {
        let at = Path::root().attribute(name);
        let mut documents = input::read(name, text.as_bytes().to_vec()).map_err(|error| unreadable(&error, &at))?;
        match (documents.pop(), documents.is_empty()) {
            (Some(Document::Plan(plan)), true) => Ok(Self { compares: !plan.is_state(), plan }),
            _ => Err(nothing(&at)),
        }
    }

    /// Its resources.
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What it costs; `covers` says what counts.
    pub(crate) fn bill(
        &self,
        cx: &Context<Clients>,
        with: &Stated<'_>,
        covers: impl Fn(&ResourceCost) -> bool,
    ) -> Result<Bill> {
        let resources: Vec<Planned> = priced(&self.plan)?;
        let usage = with.usage()?;
        for unused in usage.unused(&resources) {
            let at = Path::root().attribute(if with.usage.is_some() { "usage" } else { "usage_file" });
            cx.warn(Diagnostic::warning("Usage of a resource that is not there").detail(unused).at(at));
        }
        let assumptions =
            Assumptions { book: cx.prices(), usage: &usage, region: with.region, compares: self.compares };
        let estimate = estimate(&resources, &assumptions).during("adding up the estimate")?;
        Bill::of(estimate, covers)
    }
}

fn nothing(at: &Path) -> Error {
    let detail =
        "Give a plan (the text of `terraform show -json tfplan`), a state (`terraform show -json`) or configuration.";
    Error::new("Nothing in it has a price").detail(detail).at(at)
}

/// The arguments `usage_file`, `usage` and `region`: what the stack does not say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stated<'a> {
    pub(crate) usage_file: Option<&'a str>,
    pub(crate) usage: Option<&'a str>,
    pub(crate) region: Option<&'a str>,
}

impl Stated<'_> {
    fn usage(&self) -> Result<Usage> {
        let at = |name: &str| Path::root().attribute(name);
        let bad = |error: parapet_pricing::estimate::UsageError, name| {
            Error::new("Usage that cannot be read")
                .detail(format!("{error}. The guide on cost lists what each type takes."))
                .at(at(name))
        };
        if let Some(text) = self.usage {
            return Usage::parse("usage", text).map_err(|error| bad(error, "usage"));
        }
        let Some(file) = self.usage_file else { return Ok(Usage::default()) };
        let text = std::fs::read_to_string(file).map_err(|error| {
            let detail =
                format!("{file}: {error}. Write \"${{path.root}}/usage.hcl\" for a file beside the configuration.");
            Error::new("The usage file cannot be read").detail(detail).at(at("usage_file"))
        })?;
        Usage::parse(file, &text).map_err(|error| bad(error, "usage_file"))
    }
}
