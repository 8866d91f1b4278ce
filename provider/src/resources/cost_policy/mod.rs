//! `parapet_cost_policy`: what a stack may cost, judged at plan time, and its budget.

mod budget;
mod finding;
mod judge;
mod live;
mod model;
mod rule;

use tfplugin::path::Path;
use tfplugin::prelude::*;

use crate::aws::{Tags, check_tags, own_tags, plan_all_tags, wanted_tags, without_reserved};
use crate::cost::number;
use crate::provider::Clients;
use budget::{Budgets, Remote};
use finding::FindingItem;
use judge::Terms;

pub(crate) use model::CostPolicy;

impl CostPolicy {
    /// What the plan could not judge or read yet.
    async fn judged(mut self, cx: &Context<Clients>, prior: Option<&Self>) -> Result<Self> {
        if !matches!(self.findings, Computed::Unknown) {
            return Ok(self);
        }
        let terms = Terms::of(&self)?;
        let before = prior.and_then(|prior| {
            let unpriced = prior.unpriced_count.known().copied().unwrap_or_default();
            prior.estimate.known().map(|estimate| (estimate, unpriced))
        });
        let mut judged = terms.judge(cx, before)?;
        // What was planned has been told, and stays as it was planned.
        if matches!(self.estimate, Computed::Unknown) {
            judged.tell(cx, &terms)?;
            self.estimate = judged.estimate.into();
            self.unpriced_count = judged.unpriced.into();
        }
        let live = terms.live(cx).await?;
        finding::tell(cx, &live.iter().collect::<Vec<_>>())?;
        judged.findings.extend(live);
        self.potential_savings_usd = number(finding::savings(&judged.findings)?)?.into();
        self.findings = judged.findings.into();
        Ok(self)
    }

    /// Puts what the rules about the account find now in the place of what they found before.
    async fn refreshed(mut self, cx: &Context<Clients>) -> Result<Self> {
        let Some(before) = self.findings.known().filter(|_| live::is_asked(&self.rule)) else { return Ok(self) };
        let mut findings: Vec<FindingItem> = before.iter().filter(|it| !it.is_live()).cloned().collect();
        let scope = self.scope.clone().unwrap_or_default();
        if live::has_region(&scope) {
            findings.extend(live::find(cx, &self.rule, &scope).await?);
        }
        self.potential_savings_usd = number(finding::savings(&findings)?)?.into();
        self.findings = findings.into();
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
                rule.check(index, problems);
            }
            if let Known::Value(scope) = config.get(&paths.scope)
                && live::is_asked(&rules)
                && !live::has_region(&scope)
            {
                problems.error(
                    paths.scope.fields().regions,
                    "No region to look at",
                    "Some rules read the account, region by region. Name a region such as `eu-west-1` as well.",
                );
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
        let unpriced = plan.prior().get(&paths.unpriced_count).value().unwrap_or_default();
        let mut judged = terms.judge(cx, before.as_ref().map(|estimate| (estimate, unpriced)))?;
        let live = terms.kept(plan.prior());
        judged.findings.extend(live.iter().flatten().cloned());
        judged.tell(cx, &terms)?;
        plan.set(&paths.estimate, judged.estimate);
        plan.set(&paths.unpriced_count, judged.unpriced);
        if live.is_some() {
            plan.set(&paths.potential_savings_usd, number(finding::savings(&judged.findings)?)?);
            plan.set(&paths.findings, judged.findings);
        } else {
            plan.set_unknown(&paths.potential_savings_usd);
            plan.set_unknown(&paths.findings);
        }
        Ok(())
    }

    async fn create(cx: &Context<Clients>, plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        let mut plan = plan.judged(cx, None).await?;
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
        let state = state.observed(cx, (&remote, &budgets), prior, &aws.tags(None))?;
        Ok(Some(state.refreshed(cx).await?))
    }

    async fn update(cx: &Context<Clients>, prior: Self, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
        let mut plan = plan.judged(cx, Some(&prior)).await?;
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
