//! `parapet_cost_policy`: what a stack may cost, judged at plan time, and its budget.

mod budget;
mod judge;
mod model;

use tfplugin::path::Path;
use tfplugin::prelude::*;

use crate::aws::{Tags, check_tags, own_tags, plan_all_tags, wanted_tags, without_reserved};
use crate::provider::Clients;
use budget::{Budgets, Remote};
use judge::{Judged, Terms};

pub(crate) use model::CostPolicy;

impl CostPolicy {
    /// What the plan could not judge yet.
    fn judged(mut self, cx: &Context<Clients>, prior: Option<&Self>) -> Result<Self> {
        if matches!(self.estimate, Computed::Unknown) {
            let terms = Terms::of(&self)?;
            let judged = terms.judge(cx, prior.and_then(|prior| prior.estimate.known()))?;
            judged.tell(cx, &terms)?;
            let Judged { estimate, findings, savings, unpriced, .. } = judged;
            self.estimate = estimate.into();
            self.findings = findings.into();
            self.potential_savings_usd = savings.into();
            self.unpriced_count = unpriced.into();
        }
        Ok(self)
    }

    /// Takes over what AWS says of the budget.
    fn observed(
        mut self,
        cx: &Context<Clients>,
        (remote, at): (&Remote, &Budgets),
        prior: Option<&Self>,
        defaults: &Tags,
    ) -> Result<Self> {
        let tags_all = without_reserved(remote.tags.clone());
        self.tags = own_tags(&tags_all, prior.map(|prior| &prior.tags), defaults);
        self.tags_all = tags_all.into();
        self.scope = remote.scope(prior.and_then(|prior| prior.scope.as_ref()));
        self.notify = remote.notify(prior.and_then(|prior| prior.notify.as_ref()));
        self.monthly_budget_usd = remote.limit(prior.map(|prior| &prior.monthly_budget_usd))?;
        self.arn = at.arn().to_owned().into();
        let others = remote.other_filters();
        if !others.is_empty() {
            cx.warn(
                Diagnostic::warning(format!("The budget {} has filters that are not of the policy", self.name)).detail(
                    format!(
                        "Somebody filters by {}: it counts less than the estimate does. Remove them in AWS Budgets.",
                        others.join(", ")
                    ),
                ),
            );
        }
        Ok(self)
    }
}

impl Resource for CostPolicy {
    type Clients = Clients;
    const IMPORT_SEPARATOR: char = ':';

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        check_tags(config, &paths.tags, problems);
        let is_set = |field| matches!(config.get(field), Known::Value(_));
        if is_set(&paths.usage_file) && is_set(&paths.usage) {
            problems.error(&paths.usage, "Usage said twice", "Set `usage_file` or `usage`, not both.");
        }
        if let Known::Value(rules) = config.get(&paths.rule) {
            let mut seen: Vec<&str> = Vec::new();
            for (index, rule) in rules.iter().enumerate() {
                if seen.contains(&rule.kind.as_str()) {
                    let at = paths.rule.index(index).fields().kind;
                    problems.error(at, "A rule twice", format!("There is a rule of type {:?} already.", rule.kind));
                }
                seen.push(&rule.kind);
            }
        }
        let notify = paths.notify.fields();
        let is_there = !config.raw(paths.notify.path()).is_null();
        if is_there
            && matches!(config.get(&notify.emails), Known::Null)
            && matches!(config.get(&notify.sns_topic_arn), Known::Null)
        {
            problems.error(
                Path::from(&paths.notify),
                "Nobody to notify",
                "Give `emails` or `sns_topic_arn`, or leave the block out.",
            );
        }
    }

    async fn plan(cx: &Context<Clients>, plan: &mut Plan<'_, Self>) -> Result<()> {
        let paths = Self::paths();
        plan_all_tags(cx.aws().await?, plan, &paths.tags, &paths.tags_all);
        let Some(terms) = Terms::planned(plan)? else {
            plan.set_unknown(&paths.estimate);
            plan.set_unknown(&paths.findings);
            plan.set_unknown(&paths.potential_savings_usd);
            plan.set_unknown(&paths.unpriced_count);
            return Ok(());
        };
        let before = plan.prior().get(&paths.estimate).value();
        let judged = terms.judge(cx, before.as_ref())?;
        judged.tell(cx, &terms)?;
        plan.set(&paths.estimate, judged.estimate);
        plan.set(&paths.findings, judged.findings);
        plan.set(&paths.potential_savings_usd, judged.savings);
        plan.set(&paths.unpriced_count, judged.unpriced);
        Ok(())
    }

    async fn create(cx: &Context<Clients>, plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        let mut plan = plan.judged(cx, None)?;
        let aws = cx.aws().await?;
        let budgets = Budgets::own(aws, &plan.name).await?;
        let tags = wanted_tags(aws, plan.tags.as_ref());
        budgets.create(&plan, &tags).await?;
        plan.account_id = budgets.account().to_owned().into();
        plan.arn = budgets.arn().to_owned().into();
        plan.tags_all = tags.into();
        saved.checkpoint(&plan);
        Ok(plan)
    }

    async fn read(cx: &Context<Clients>, key: &Key<Self>, prior: Option<&Self>) -> Result<Option<Self>> {
        let aws = cx.aws().await?;
        let budgets = Budgets::named(aws, &key.account_id, &key.name).await?;
        let Some(remote) = budgets.read().await? else { return Ok(None) };
        let state = match prior {
            Some(prior) => prior.clone(),
            None => Self::imported(&key.account_id, &key.name, remote.limit(None)?),
        };
        Ok(Some(state.observed(cx, (&remote, &budgets), prior, &aws.tags(None))?))
    }

    async fn update(cx: &Context<Clients>, prior: Self, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
        let mut plan = plan.judged(cx, Some(&prior))?;
        let aws = cx.aws().await?;
        let account = plan.account_id.known().cloned().unwrap_or_default();
        let budgets = Budgets::named(aws, &account, &plan.name).await?;
        let tags = wanted_tags(aws, plan.tags.as_ref());
        match budgets.read().await? {
            Some(remote) => budgets.update(&remote, &plan, &tags).await?,
            // Deleted since it was read.
            None => budgets.create(&plan, &tags).await?,
        }
        plan.tags_all = tags.into();
        plan.arn = budgets.arn().to_owned().into();
        Ok(plan)
    }

    async fn delete(cx: &Context<Clients>, prior: Self) -> Result<()> {
        let aws = cx.aws().await?;
        let account = prior.account_id.known().cloned().unwrap_or_default();
        Budgets::named(aws, &account, &prior.name).await?.delete().await
    }
}
