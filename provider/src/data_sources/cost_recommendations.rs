//! `parapet_cost_recommendations`

use std::collections::BTreeMap;

use parapet_pricing::recommend::{self, Action, Bill, Failure, Limits, Recommendations, recommend};
use parapet_pricing::spot::InterruptionBucket;
use parapet_pricing::{Decimal, money};
use tfplugin::number::Number;
use tfplugin::prelude::*;

use crate::aws::account::{self, Question};
use crate::provider::Clients;

/// Names of the actions.
const ACTIONS: &[&str] = &[
    "Delete",
    "Stop",
    "Rightsize",
    "Upgrade",
    "MigrateToGraviton",
    "MigrateToSpot",
    "PurchaseSavingsPlans",
    "PurchaseReservedInstances",
];

/// What an account could save, by what it has and how that was used in the last days: changes nothing.
///
/// EC2, EBS, RDS, load balancers, NAT gateways and addresses are read with their metrics, and Cost Explorer for what months have cost
/// and how far commitments reach; each of its calls costs a cent, a read about ten. What AWS refuses is a warning and in `failures`,
/// with the permission that is missing, and the rest is reported. Times are whole days in UTC until last midnight.
///
/// It needs these permissions: `cloudwatch:GetMetricData`, `cloudwatch:ListMetrics`, `ec2:DescribeAddresses`, `ec2:DescribeImages`,
/// `ec2:DescribeInstances`, `ec2:DescribeInstanceTypes`, `ec2:DescribeNatGateways`, `ec2:DescribeSnapshots`,
/// `ec2:DescribeSpotPriceHistory`, `ec2:DescribeVolumes`, `elasticloadbalancing:DescribeLoadBalancers`,
/// `elasticloadbalancing:DescribeTags`, `elasticloadbalancing:DescribeTargetGroups`, `elasticloadbalancing:DescribeTargetHealth`,
/// `rds:DescribeDBInstances`, `ce:GetCostAndUsage`, `ce:GetReservationCoverage`, `ce:GetSavingsPlansCoverage`,
/// `ce:GetSavingsPlansPurchaseRecommendation`, and for Spot `s3:GetObject` on `arn:aws:s3:::spot-bid-advisor/*`.
#[derive(Clone, Debug, Model)]
#[model(name = "cost_recommendations")]
pub(crate) struct CostRecommendations {
    /// Regions that are looked at. The provider's when left out.
    regions: Option<Vec<String>>,
    /// Days to look back. With fewer than 14 nothing is judged by its use.
    #[attr(default = 14, validate = range(1..=90))]
    lookback_days: i64,
    /// Samples that a judgement about use needs: 336 are one an hour for 14 days.
    #[attr(default = 336, validate = range(1..=100_000))]
    min_datapoints: i64,
    /// Days without use, or since it was made, after which something is called unused.
    #[attr(default = 14, validate = range(0..=365))]
    grace_period_days: i64,
    /// Days after which a snapshot is old.
    #[attr(default = 365, validate = range(1..=3650))]
    snapshot_age_days: i64,
    /// Highest share of instances of a type that were interrupted in the last month, in percent, for Spot to be proposed.
    #[attr(default = 10, validate = range(5..=100))]
    max_interruption_rate_percent: i64,
    /// Tags of which an instance needs one to be proposed for Spot; the value `*` stands for any. `interruptible = true` when left out.
    spot_tags: Option<BTreeMap<String, String>>,
    /// Tags that a resource needs, all of them, to be looked at. Commitments have none: they are left out where there are some.
    tag_filters: Option<BTreeMap<String, String>>,
    /// Actions that are looked for, by their names in AWS Cost Optimization Hub, and `MigrateToSpot`. All when left out.
    actions: Option<Set<String>>,
    /// Tag by which the bills are split. It has to be activated as a cost allocation tag.
    cost_tag: Option<String>,
    /// What is recommended, the largest savings first.
    recommendations: Computed<Vec<Recommendation>>,
    /// USD of a month that could be saved; of recommendations for one resource the best counts.
    total_monthly_savings_usd: Computed<Number>,
    /// Recommendations whose savings are not known because a price is not.
    unpriced_count: Computed<i64>,
    /// What could not be read.
    failures: Computed<Vec<FailureRow>>,
    /// Bills of the last six months and of this one: a row for each service, and for each value of `cost_tag`.
    spend: Computed<Vec<BillRow>>,
}

/// One recommendation.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Recommendation {
    /// What to do, as AWS Cost Optimization Hub calls it, or `MigrateToSpot`.
    action: Computed<String>,
    /// Kind of the resource: `Ec2Instance`, `EbsVolume`, `RdsDbInstance`, ...
    resource_type: Computed<String>,
    /// ARN.
    resource_arn: Computed<String>,
    /// Id within its kind.
    resource_id: Computed<String>,
    /// Account id.
    account: Computed<String>,
    /// Region.
    region: Computed<String>,
    /// Tags of the resource.
    tags: Computed<BTreeMap<String, String>>,
    /// What there is.
    current: Computed<String>,
    /// What to have instead.
    recommended: Computed<String>,
    /// USD that it costs in a month at on-demand prices; null when unknown.
    current_monthly_usd: Computed<Number>,
    /// USD that it alone would save in a month; null when unknown.
    monthly_savings_usd: Computed<Number>,
    /// What of that the total counts: 0 where another recommendation for the same resource saves more.
    counted_savings_usd: Computed<Number>,
    /// Why the savings are not known; empty when they are.
    savings_unknown: Computed<String>,
    /// `high`, `medium` or `low`.
    confidence: Computed<String>,
    /// Why it is that sure.
    confidence_reason: Computed<String>,
    /// Why it is recommended.
    reason: Computed<String>,
    /// The figures it rests on.
    evidence: Computed<BTreeMap<String, String>>,
    /// How to do it.
    remediation: Computed<String>,
    /// Who says the prices, and when.
    sources: Computed<Vec<String>>,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct FailureRow {
    /// Service.
    service: Computed<String>,
    /// Operation.
    operation: Computed<String>,
    /// Region; null for what is read once for the account.
    region: Computed<String>,
    /// Why, and what to do.
    reason: Computed<String>,
    /// IAM action that is missing; null when that is not the reason.
    permission: Computed<String>,
}

/// What a service, or a value of the tag, cost in a month.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct BillRow {
    /// First day of the month.
    month: Computed<String>,
    /// The month is not over, or its figures are not final.
    estimated: Computed<bool>,
    /// Service, in Cost Explorer's names; null in a row about the tag.
    service: Computed<String>,
    /// Value of the tag, empty for what has none; null in a row about a service.
    tag_value: Computed<String>,
    /// What it cost; below zero for credits.
    usd: Computed<Number>,
}

impl DataSource for CostRecommendations {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        if let Known::Value(actions) = config.get(&paths.actions) {
            for name in actions.iter().filter(|name| !ACTIONS.contains(&name.as_str())) {
                let detail = format!("`{name}` is none of {}.", ACTIONS.join(", "));
                problems.error(&paths.actions, "There is no such action", detail);
            }
        }
        if let Known::Value(regions) = config.get(&paths.regions)
            && regions.iter().any(String::is_empty)
        {
            problems.error(&paths.regions, "A region has no name", "Name it as AWS does, such as `eu-west-1`.");
        }
    }

    async fn read(cx: &Context<Clients>, config: Self) -> Result<Self> {
        let (aws, book) = (cx.aws().await?, cx.prices());
        let mut regions = config.regions.clone().unwrap_or_else(|| vec![aws.region().to_owned()]);
        regions.sort();
        regions.dedup();
        let limits = limits(&config)?;
        let question = Question {
            regions,
            lookback_days: small(config.lookback_days),
            bills: true,
            cost_tag: config.cost_tag.clone(),
            limits: limits.clone(),
        };
        let read = account::read(aws, book, question).await?;
        // Of a large account the inventory and the answer need not be in memory together.
        let found = read.inventories.into_iter().map(|it| recommend(&it, &limits, book));
        let found: Vec<Recommendations> = found.collect::<std::result::Result<_, _>>()?;
        let found = Recommendations::merged(found)?;
        for failure in &read.failures {
            cx.warn(account::warning(failure));
        }
        let bills = read.spend.map(|it| it.bills()).unwrap_or_default();
        Ok(Self {
            total_monthly_savings_usd: number(found.total_monthly_savings_usd).into(),
            unpriced_count: i64::try_from(found.unpriced_count).unwrap_or(i64::MAX).into(),
            recommendations: found.recommendations.into_iter().map(Recommendation::from).collect::<Vec<_>>().into(),
            failures: read.failures.into_iter().map(FailureRow::from).collect::<Vec<_>>().into(),
            spend: bills.into_iter().map(BillRow::from).collect::<Vec<_>>().into(),
            ..config
        })
    }
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

fn limits(config: &CostRecommendations) -> Result<Limits> {
    let usual = Limits::default();
    let actions = config.actions.iter().flatten().map(|name| {
        let unknown = |why| Error::new("There is no such action").detail(why).at(CostRecommendations::paths().actions);
        name.parse::<Action>().map_err(unknown)
    });
    let tag_filters = config.tag_filters.iter().flatten();
    let rate = config.max_interruption_rate_percent;
    let calm = InterruptionBucket::ALL.into_iter().rfind(|it| i64::from(it.at_most()) <= rate);
    let spot_tags = config.spot_tags.as_ref().map(|tags| {
        let wanted = |value: &String| (value != "*").then(|| value.clone());
        tags.iter().map(|(key, value)| (key.clone(), wanted(value))).collect()
    });
    Ok(Limits {
        min_datapoints: small(config.min_datapoints),
        grace_period_days: small(config.grace_period_days),
        snapshot_age_days: small(config.snapshot_age_days),
        max_interruption: calm.unwrap_or(InterruptionBucket::Under5),
        spot_tags: spot_tags.unwrap_or_else(|| usual.spot_tags.clone()),
        tag_filters: tag_filters.map(|(key, value)| (key.clone(), vec![value.clone()])).collect(),
        actions: actions.collect::<Result<_>>()?,
        ..usual
    })
}

/// Money as Terraform has numbers: decimal, without loss.
fn number(amount: Decimal) -> Number {
    // What writes decimals is read by what reads numbers; the other branch is never taken.
    money::digits(amount).parse().unwrap_or_else(|_| Number::from(0_i64))
}

impl From<recommend::Recommendation> for Recommendation {
    fn from(it: recommend::Recommendation) -> Self {
        Self {
            action: it.action.as_str().to_owned().into(),
            resource_type: it.resource_type.into(),
            resource_arn: it.resource_arn.into(),
            resource_id: it.resource_id.into(),
            account: it.account.into(),
            region: it.region.into(),
            tags: it.tags.into(),
            current: it.current.into(),
            recommended: it.recommended.into(),
            current_monthly_usd: it.current_monthly_usd.map(number).into(),
            monthly_savings_usd: it.monthly_savings_usd.map(number).into(),
            counted_savings_usd: number(it.counted_savings_usd).into(),
            savings_unknown: it.savings_unknown.into(),
            confidence: it.confidence.as_str().to_owned().into(),
            confidence_reason: it.confidence_reason.into(),
            reason: it.reason.into(),
            evidence: it.evidence.into(),
            remediation: it.remediation.into(),
            sources: it.sources.into(),
        }
    }
}

impl From<Failure> for FailureRow {
    fn from(it: Failure) -> Self {
        Self {
            service: it.service.into(),
            operation: it.operation.into(),
            region: it.region.into(),
            reason: it.reason.into(),
            permission: it.permission.into(),
        }
    }
}

impl From<Bill> for BillRow {
    fn from(it: Bill) -> Self {
        Self {
            month: it.month.to_string().into(),
            estimated: it.estimated.into(),
            service: it.service.into(),
            tag_value: it.tag_value.into(),
            usd: number(it.usd).into(),
        }
    }
}
