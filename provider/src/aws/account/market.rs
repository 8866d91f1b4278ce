//! What the types in use cost on the Spot market, and how often they are taken back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use parapet_pricing::aws::InterruptionData;
use parapet_pricing::recommend::{Action, Failure, Instance, Lifecycle, Limits, Platform, SpotMarket};
use parapet_pricing::spot::{Candidate, SpotPrice, Window, time_weighted};
use parapet_pricing::{InstanceType, Money, Price, Quote};
use tokio::sync::OnceCell;

use super::Aws;
use super::asked::Operation;
use super::compute::Zones;
use super::region::Region;
use crate::resources::spot_node_group::prices;

/// The Spot Instance Advisor's data: for all regions one file, which is read when the first region needs it.
#[derive(Debug, Clone)]
pub(super) struct Advice {
    s3: aws_sdk_s3::Client,
    read: Arc<OnceCell<Result<InterruptionData, Failure>>>,
}

impl Advice {
    pub(super) fn new(aws: &Aws) -> Self {
        Self { s3: aws.s3(prices::ADVISOR_REGION), read: Arc::default() }
    }

    async fn get(&self) -> &Result<InterruptionData, Failure> {
        const OPERATION: Operation = Operation::new("Spot Instance Advisor", "s3", "GetObject");
        self.read
            .get_or_init(|| async {
                prices::interruptions(&self.s3).await.map_err(|error| OPERATION.told(None, &error))
            })
            .await
    }
}

/// Whether an instance may be proposed for Spot at all.
fn is_candidate(it: &Instance, limits: &Limits) -> bool {
    let tagged = limits.spot_tags.iter().any(|(key, wanted)| {
        it.tags.get(key).is_some_and(|value| wanted.as_ref().is_none_or(|wanted| wanted == value))
    });
    tagged && it.running && it.lifecycle == Lifecycle::OnDemand && it.platform == Platform::Linux
}

/// The market of the types that may move to Spot, and what of it could not be read. Nothing is asked when no instance may.
pub(super) async fn spot(
    region: &Region,
    instances: &[Instance],
    zones: &Zones,
) -> (BTreeMap<InstanceType, SpotMarket>, Vec<Failure>) {
    const OPERATION: Operation = Operation::ec2("DescribeSpotPriceHistory");
    let types: BTreeSet<InstanceType> =
        instances.iter().filter(|it| is_candidate(it, &region.limits)).map(|it| it.instance_type.clone()).collect();
    let window = (Timestamp::from_second(region.days.from), Timestamp::from_second(region.days.until));
    let (Ok(from), Ok(until)) = window else { return Default::default() };
    if types.is_empty() || !region.limits.wants(Action::MigrateToSpot) {
        return Default::default();
    }
    let window = Window { from, until };
    let in_use: BTreeSet<String> = types.iter().filter_map(|it| zones.get(it)).flatten().cloned().collect();
    let mut failures = Vec::new();
    let (history, advice) = tokio::join!(prices::history(&region.ec2, &types, &in_use, window), region.advice.get());
    let mut candidates: Vec<Candidate> =
        region.book.candidates(&region.name).into_iter().filter(|it| types.contains(&it.instance_type)).collect();
    match history {
        Ok(history) => history.apply(prices::HISTORY, &mut candidates),
        Err(error) => failures.push(OPERATION.told(Some(&region.name), &error)),
    }
    match advice {
        Ok(advice) => advice.apply(&region.name, &mut candidates),
        Err(failure) => failures.push(failure.clone()),
    }
    let markets = candidates.into_iter().map(|it| {
        let price = dearest(&it, zones.get(&it.instance_type), window);
        (it.instance_type, SpotMarket { price, interruption: it.interruption })
    });
    (markets.collect(), failures)
}

/// The mean in the dearest of the zones in use.
fn dearest(it: &Candidate, zones: Option<&BTreeSet<String>>, window: Window) -> Price {
    let SpotPrice::History { zones: history, source } = &it.spot else {
        return Price::unknown("EC2 has no Spot price of it");
    };
    let used = history.iter().filter(|(zone, _)| zones.is_none_or(|zones| zones.contains(*zone)));
    // EC2 gives prices to the sixth digit.
    let mean = used.filter_map(|(_, points)| time_weighted(points, window)).max().map(|mean| mean.round_dp(6));
    mean.map_or_else(
        || Price::unknown("EC2 has no Spot price of it in the zones in use"),
        |mean| Price::Known(Quote { money: Money::usd(mean), source: Arc::clone(source), estimated: false }),
    )
}
