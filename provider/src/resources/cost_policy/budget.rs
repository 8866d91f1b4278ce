//! The budget of a policy, as it is wanted and as AWS has it.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_budgets::Client;
use aws_sdk_budgets::types::{
    Budget, BudgetType, ComparisonOperator, Notification, NotificationType, NotificationWithSubscribers, ResourceTag,
    Spend, Subscriber, SubscriptionType, ThresholdType, TimeUnit,
};
use parapet_pricing::money;
use tfplugin::number::Number;
use tfplugin::prelude::*;

use super::model::{CostPolicy, Notify, Scope};
use crate::aws::{Account, Aws, AwsResult, TagChanges, Tags, needing};
use crate::cost::{decimal, number};

/// What AWS Budgets answers about a budget that is not there.
const GONE: &[&str] = &["NotFoundException"];
/// What managing a budget needs.
const PERMISSIONS: &str = "budgets:ViewBudget, budgets:ModifyBudget, budgets:ListTagsForResource, budgets:TagResource, \
     budgets:UntagResource and sts:GetCallerIdentity";

/// Filters by which AWS Budgets counts.
const REGION: &str = "Region";
const TAG: &str = "TagKeyValue";
/// Before the key of a tag that a user has set, and between key and value.
const USER: &str = "user:";
const KEY_END: char = '$';

type Filters = BTreeMap<String, Vec<String>>;

/// One budget of an account.
#[derive(Debug)]
pub(super) struct Budgets {
    client: Client,
    account: String,
    name: String,
    arn: String,
}

/// When somebody is told, and who: what can be compared.
#[derive(Clone, Debug, PartialEq)]
struct Alert {
    kind: NotificationType,
    percent: Number,
    emails: Vec<String>,
    topics: Vec<String>,
}

/// The budget as AWS has it.
#[derive(Debug)]
pub(super) struct Remote {
    limit: Option<String>,
    filters: Filters,
    alerts: Vec<(Notification, Alert)>,
    pub(super) tags: Tags,
}

impl Budgets {
    /// The budget of a name in the account of the credentials.
    pub(super) async fn own(aws: &Aws, name: &str) -> Result<Self> {
        let account = needing(aws.account().await.cloned(), PERMISSIONS)?;
        Ok(Self::of(aws, &account, &account.id, name))
    }

    /// The budget of a name in an account, which is that of the credentials unless AWS says otherwise.
    pub(super) async fn named(aws: &Aws, id: &str, name: &str) -> Result<Self> {
        let account = needing(aws.account().await.cloned(), PERMISSIONS)?;
        Ok(Self::of(aws, &account, id, name))
    }

    fn of(aws: &Aws, account: &Account, id: &str, name: &str) -> Self {
        Self {
            client: aws.budgets(aws.region()),
            account: id.to_owned(),
            name: name.to_owned(),
            arn: format!("arn:{}:budgets::{id}:budget/{name}", account.partition),
        }
    }

    pub(super) fn arn(&self) -> &str {
        &self.arn
    }

    pub(super) fn account(&self) -> &str {
        &self.account
    }

    pub(super) async fn create(&self, plan: &CostPolicy, tags: &Tags) -> Result<()> {
        let mut with = Vec::new();
        for alert in alerts(plan.notify.as_ref()) {
            let built = NotificationWithSubscribers::builder()
                .notification(alert.notification()?)
                .set_subscribers(Some(alert.subscribers()?));
            with.push(built.build()?);
        }
        let tags: Vec<ResourceTag> = to_sdk_tags(tags)?;
        let request = self
            .client
            .create_budget()
            .account_id(&self.account)
            .budget(self.budget(plan)?)
            .set_notifications_with_subscribers((!with.is_empty()).then_some(with))
            .set_resource_tags((!tags.is_empty()).then_some(tags));
        let created = request.send().await.unless(&["DuplicateRecordException"], "creating the budget");
        if needing(created, PERMISSIONS)?.is_none() {
            return Err(Error::new(format!("There is a budget named {} already", self.name))
                .detail(format!(
                    "Choose another name, or import it: terraform import ADDRESS {}:{}",
                    self.account, self.name
                ))
                .at(CostPolicy::paths().name));
        }
        Ok(())
    }

    #[expect(
        deprecated,
        reason = "every budget has CostFilters, and only those that were made with it a FilterExpression"
    )]
    fn budget(&self, plan: &CostPolicy) -> Result<Budget> {
        let amount = money::digits(decimal(&plan.monthly_budget_usd)?);
        let filters: HashMap<String, Vec<String>> = filters(plan.scope.as_ref()).into_iter().collect();
        Ok(Budget::builder()
            .budget_name(&self.name)
            .budget_type(BudgetType::Cost)
            .time_unit(TimeUnit::Monthly)
            .budget_limit(Spend::builder().amount(amount).unit("USD").build()?)
            .set_cost_filters((!filters.is_empty()).then_some(filters))
            .build()?)
    }

    /// `None` when there is no such budget.
    #[expect(
        deprecated,
        reason = "every budget has CostFilters, and only those that were made with it a FilterExpression"
    )]
    pub(super) async fn read(&self) -> Result<Option<Remote>> {
        let request = self.client.describe_budget().account_id(&self.account).budget_name(&self.name);
        let answer = needing(request.send().await.unless(GONE, "reading the budget"), PERMISSIONS)?;
        let Some(budget) = answer.and_then(|answer| answer.budget) else { return Ok(None) };
        let pages = self
            .client
            .describe_notifications_for_budget()
            .account_id(&self.account)
            .budget_name(&self.name)
            .into_paginator()
            .items()
            .send();
        let notifications: Option<Vec<Notification>> =
            pages.collect::<std::result::Result<_, _>>().await.unless(GONE, "reading whom the budget tells")?;
        let mut alerts = Vec::new();
        for notification in notifications.unwrap_or_default() {
            let subscribers = self
                .client
                .describe_subscribers_for_notification()
                .account_id(&self.account)
                .budget_name(&self.name)
                .notification(notification.clone())
                .into_paginator()
                .items()
                .send();
            let subscribers: Option<Vec<Subscriber>> = subscribers
                .collect::<std::result::Result<_, _>>()
                .await
                .unless(GONE, "reading whom the budget tells")?;
            let alert = Alert::of(&notification, &subscribers.unwrap_or_default());
            alerts.push((notification, alert));
        }
        let answer = self.client.list_tags_for_resource().resource_arn(&self.arn).send().await;
        let tags = needing(answer.unless(GONE, "reading the tags of the budget"), PERMISSIONS)?;
        let tags = tags.and_then(|answer| answer.resource_tags).unwrap_or_default();
        let mut filters: Filters = budget.cost_filters.unwrap_or_default().into_iter().collect();
        filters.values_mut().for_each(|values| values.sort());
        Ok(Some(Remote {
            limit: budget.budget_limit.map(|limit| limit.amount),
            filters,
            alerts,
            tags: tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        }))
    }

    /// Brings the budget to the plan: only what differs from what AWS has.
    pub(super) async fn update(&self, remote: &Remote, plan: &CostPolicy, tags: &Tags) -> Result<()> {
        let same_limit = remote.limit.as_deref().and_then(|text| money::decimal(text).ok())
            == Some(decimal(&plan.monthly_budget_usd)?);
        if !same_limit || remote.filters != filters(plan.scope.as_ref()) {
            let request = self.client.update_budget().account_id(&self.account).new_budget(self.budget(plan)?);
            needing(request.send().await.doing("changing the budget"), PERMISSIONS)?;
        }
        let wanted = alerts(plan.notify.as_ref());
        for (notification, _) in remote.alerts.iter().filter(|(_, alert)| !wanted.contains(alert)) {
            let request = self
                .client
                .delete_notification()
                .account_id(&self.account)
                .budget_name(&self.name)
                .notification(notification.clone());
            needing(request.send().await.unless(GONE, "removing a notification of the budget"), PERMISSIONS)?;
        }
        for alert in wanted.iter().filter(|wanted| !remote.alerts.iter().any(|(_, alert)| alert == *wanted)) {
            let request = self
                .client
                .create_notification()
                .account_id(&self.account)
                .budget_name(&self.name)
                .notification(alert.notification()?)
                .set_subscribers(Some(alert.subscribers()?));
            needing(request.send().await.doing("adding a notification to the budget"), PERMISSIONS)?;
        }
        let changes = TagChanges::new(&remote.tags, tags);
        if !changes.remove.is_empty() {
            let request =
                self.client.untag_resource().resource_arn(&self.arn).set_resource_tag_keys(Some(changes.remove));
            needing(request.send().await.doing("removing tags from the budget"), PERMISSIONS)?;
        }
        if !changes.set.is_empty() {
            let tags = to_sdk_tags(&changes.set)?;
            let request = self.client.tag_resource().resource_arn(&self.arn).set_resource_tags(Some(tags));
            needing(request.send().await.doing("tagging the budget"), PERMISSIONS)?;
        }
        Ok(())
    }

    /// One that is gone already is no error.
    pub(super) async fn delete(&self) -> Result<()> {
        let request = self.client.delete_budget().account_id(&self.account).budget_name(&self.name);
        needing(request.send().await.unless(GONE, "deleting the budget"), PERMISSIONS)?;
        Ok(())
    }
}

impl Remote {
    /// The limit; `fallback` where AWS plans it by the month.
    pub(super) fn limit(&self, fallback: Option<&Number>) -> Result<Number> {
        match (&self.limit, fallback) {
            (Some(text), _) => Ok(number(money::decimal(text)?)?),
            (None, Some(known)) => Ok(known.clone()),
            (None, None) => Err(Error::new("The budget has no fixed limit")
                .detail("It is planned by the month or adjusts itself; choose a budget with one limit.")),
        }
    }

    /// The scope, seen with the eyes of the state.
    pub(super) fn scope(&self, prior: Option<&Scope>) -> Option<Scope> {
        let regions = self.filters.get(REGION).map(|regions| regions.iter().cloned().collect());
        let mut tags: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for text in self.filters.get(TAG).into_iter().flatten() {
            let (key, value) = text.strip_prefix(USER).unwrap_or(text).split_once(KEY_END).unwrap_or((text, ""));
            tags.entry(key.to_owned()).or_default().push(value.to_owned());
        }
        if let Some(before) = prior.and_then(|prior| prior.tag_filters.as_ref()) {
            for (key, values) in &mut tags {
                // AWS keeps no order.
                if let Some(before) = before.get(key)
                    && sorted(before) == sorted(values)
                {
                    values.clone_from(before);
                }
            }
        }
        let scope = Scope { regions, tag_filters: (!tags.is_empty()).then_some(tags) };
        // A block without anything in it says as little as none.
        if scope.is_all() { prior.filter(|prior| prior.is_all()).cloned() } else { Some(scope) }
    }

    /// Filters that a policy has no argument for.
    pub(super) fn other_filters(&self) -> Vec<&str> {
        self.filters.keys().map(String::as_str).filter(|key| ![REGION, TAG].contains(key)).collect()
    }

    /// Whom it tells, seen with the eyes of the state.
    pub(super) fn notify(&self, prior: Option<&Notify>) -> Option<Notify> {
        if self.alerts.is_empty() {
            return None;
        }
        let before: Vec<String> =
            prior.and_then(|it| it.emails.as_ref()).map(|it| it.iter().cloned().collect()).unwrap_or_default();
        let has = |email: &String| self.alerts.iter().all(|(_, alert)| alert.emails.contains(email));
        let all = self.alerts.iter().flat_map(|(_, alert)| &alert.emails);
        // Who was taken from one notification is not told any more; who was added to one is new.
        let emails: Vec<String> = all.filter(|email| has(email) || !before.contains(email)).cloned().collect();
        let topic = self.alerts.iter().flat_map(|(_, alert)| &alert.topics).next().cloned();
        let of = |kind: NotificationType| {
            self.alerts.iter().filter(move |(_, alert)| alert.kind == kind).map(|(_, alert)| alert.percent.clone())
        };
        let actual: Set<Number> = of(NotificationType::Actual).collect();
        let forecast = of(NotificationType::Forecasted).next();
        let default_actual = prior.is_none_or(|it| it.actual_percent.is_none()) && actual == default_actual();
        let default_forecast =
            prior.is_none_or(|it| it.forecast_percent.is_none()) && forecast == Some(Number::from(100_i64));
        Some(Notify {
            emails: (!emails.is_empty()).then(|| emails.into_iter().collect()),
            sns_topic_arn: topic,
            actual_percent: if default_actual { None } else { Some(actual) },
            forecast_percent: if default_forecast { None } else { forecast },
        })
    }
}

impl Alert {
    fn of(notification: &Notification, subscribers: &[Subscriber]) -> Self {
        let of = |kind: &SubscriptionType| {
            let found = subscribers.iter().filter(|it| it.subscription_type() == kind);
            let addresses: Vec<String> = found.map(|it| it.address().to_owned()).collect();
            sorted(&addresses)
        };
        Self {
            kind: notification.notification_type().clone(),
            percent: Number::from(notification.threshold()),
            emails: of(&SubscriptionType::Email),
            topics: of(&SubscriptionType::Sns),
        }
    }

    fn notification(&self) -> Result<Notification> {
        Ok(Notification::builder()
            .notification_type(self.kind.clone())
            .comparison_operator(ComparisonOperator::GreaterThan)
            .threshold(self.percent.to_f64())
            .threshold_type(ThresholdType::Percentage)
            .build()?)
    }

    fn subscribers(&self) -> Result<Vec<Subscriber>> {
        let emails = self.emails.iter().map(|address| (SubscriptionType::Email, address));
        let topics = self.topics.iter().map(|address| (SubscriptionType::Sns, address));
        let built = emails
            .chain(topics)
            .map(|(kind, address)| Ok(Subscriber::builder().subscription_type(kind).address(address).build()?));
        built.collect()
    }
}

fn default_actual() -> Set<Number> {
    [80_i64, 100].into_iter().map(Number::from).collect()
}

/// The notifications that a block asks for.
fn alerts(notify: Option<&Notify>) -> Vec<Alert> {
    let Some(notify) = notify else { return Vec::new() };
    let emails: Vec<String> = notify.emails.iter().flat_map(Set::iter).cloned().collect();
    let topics: Vec<String> = notify.sns_topic_arn.iter().cloned().collect();
    let alert = |kind: NotificationType, percent: Number| Alert {
        kind,
        percent,
        emails: sorted(&emails),
        topics: topics.clone(),
    };
    let actual = notify.actual_percent.clone().unwrap_or_else(default_actual);
    let forecast = notify.forecast_percent.clone().unwrap_or_else(|| Number::from(100_i64));
    let mut all: Vec<Alert> = actual.iter().map(|percent| alert(NotificationType::Actual, percent.clone())).collect();
    all.push(alert(NotificationType::Forecasted, forecast));
    all
}

/// The filters that a scope asks for, values in order.
fn filters(scope: Option<&Scope>) -> Filters {
    let mut filters = Filters::new();
    let Some(scope) = scope else { return filters };
    if let Some(regions) = &scope.regions {
        filters.insert(REGION.to_owned(), regions.iter().cloned().collect());
    }
    for (key, values) in scope.tag_filters.iter().flatten() {
        let texts = values.iter().map(|value| format!("{USER}{key}{KEY_END}{value}"));
        filters.entry(TAG.to_owned()).or_default().extend(texts);
    }
    filters.values_mut().for_each(|values| values.sort());
    filters
}

fn sorted(texts: &[String]) -> Vec<String> {
    let mut texts = texts.to_vec();
    texts.sort();
    texts
}

fn to_sdk_tags(tags: &Tags) -> Result<Vec<ResourceTag>> {
    tags.iter().map(|(key, value)| Ok(ResourceTag::builder().key(key).value(value).build()?)).collect()
}

#[cfg(test)]
mod tests;
