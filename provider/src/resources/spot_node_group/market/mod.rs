//! What AWS says of instance types and their prices, and what stands in for it where it does not say.

pub(crate) mod prices;
mod types;

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;
use parapet_pricing::spot::{Breach, Candidate, Prior, Requirements, Reselection, Window};
use parapet_pricing::spot::{Decision, reselect};
use parapet_pricing::{Book, InstanceType, Price, SourceKind};
use tfplugin::prelude::*;

use crate::aws::Aws;
use crate::provider::Clients;

/// Days of Spot price history that are averaged over.
const DAYS: i64 = 7;
/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;
/// Longest wait for one source: a plan must not hang because of a figure it can do without.
const PATIENCE: Duration = Duration::from_secs(90);

/// What is known of the market.
#[derive(Debug)]
pub(crate) struct Market {
    pub(crate) candidates: Vec<Candidate>,
    /// The time that price histories are averaged over.
    pub(crate) window: Window,
    /// What could not be read, each with its cause.
    pub(crate) gaps: Vec<String>,
    /// Whether the types themselves come from AWS.
    pub(crate) types_known: bool,
}

impl Market {
    /// What AWS and the price book say of all types of the region, or of some, as far as the requirements are about it.
    pub(crate) async fn look(
        cx: &Context<Clients>,
        requirements: &Requirements,
        only: Option<&BTreeSet<InstanceType>>,
    ) -> Result<Self> {
        let (aws, book) = (cx.aws().await?, cx.prices());
        let region = aws.region();
        let ec2 = aws.ec2(region);
        let mut gaps = Vec::new();
        let (kinds, zones) =
            tokio::join!(within(types::describe(&ec2, only)), within(types::zones(&ec2, &requirements.zones, only)));
        let types_known = kinds.is_ok();
        let mut candidates = kinds.unwrap_or_else(|error| {
            gaps.push(format!("The instance types of {region} are those of the price book. {}", said(&error)));
            let all = book.candidates(region);
            all.into_iter().filter(|it| only.is_none_or(|only| only.contains(&it.instance_type))).collect()
        });
        match zones {
            Ok(mut zones) => {
                for it in &mut candidates {
                    it.zones = Some(zones.remove(it.instance_type.as_str()).unwrap_or_default());
                }
            }
            Err(error) => gaps.push(format!("Where types are offered is unknown. {}", said(&error))),
        }
        let mut market = Self { candidates, window: window()?, gaps, types_known };
        market.price(aws, book, requirements).await;
        Ok(market)
    }

    /// Prices of the types that fit otherwise.
    async fn price(&mut self, aws: &Aws, book: &Book, requirements: &Requirements) {
        let region = aws.region();
        let fitting = self.fitting(requirements);
        // Who has prices of their own pays these, and not the list's.
        let (own, unpriced): (BTreeSet<_>, BTreeSet<_>) =
            fitting.iter().cloned().partition(|it| is_own(&book.on_demand(region, it)));
        let (ec2, pricing) = (aws.ec2(region), aws.pricing(prices::REGION));
        let (listed, history, interruptions) = tokio::join!(
            within(prices::on_demand(&pricing, region, &unpriced)),
            within(prices::history(&ec2, &fitting, &requirements.zones, self.window)),
            interruptions(aws, requirements)
        );
        match listed {
            Ok(mut listed) => {
                for it in &mut self.candidates {
                    if let Some(price) = listed.remove(it.instance_type.as_str()) {
                        it.on_demand = price;
                    }
                }
            }
            Err(error) => {
                self.gaps.push(format!("On-demand prices are those of the price book. {}", said(&error)));
            }
        }
        for it in &mut self.candidates {
            let price = std::mem::replace(&mut it.on_demand, Price::unknown(""));
            it.on_demand = match own.contains(&it.instance_type) {
                true => book.on_demand(region, &it.instance_type),
                false => price.or_else(|| book.on_demand(region, &it.instance_type)),
            };
        }
        match history {
            Ok(history) => history.apply(prices::HISTORY, &mut self.candidates),
            Err(error) => self.gaps.push(format!("Spot prices are unknown. {}", said(&error))),
        }
        match interruptions {
            Some(Ok(data)) => data.apply(region, &mut self.candidates),
            Some(Err(error)) => self.gaps.push(format!("Interruption rates are unknown. {}", said(&error))),
            None => {}
        }
    }

    /// Prices in force of the types that have none yet: what relaxing another requirement would bring has a price too.
    pub(crate) async fn price_the_rest(&mut self, aws: &Aws, requirements: &Requirements) {
        let priced = self.fitting(requirements);
        let rest: Vec<&mut Candidate> =
            self.candidates.iter_mut().filter(|it| !priced.contains(&it.instance_type)).collect();
        let names: BTreeSet<InstanceType> = rest.iter().map(|it| it.instance_type.clone()).collect();
        let ec2 = aws.ec2(aws.region());
        let day = jiff::SignedDuration::from_secs(DAY);
        let last = Window { from: self.window.until.checked_sub(day).unwrap_or(self.window.from), ..self.window };
        // Without it the advice is shorter, and not wrong.
        if let Ok(history) = within(prices::history(&ec2, &names, &requirements.zones, last)).await {
            history.apply(prices::HISTORY, &mut self.candidates);
        }
    }

    /// Types that fulfil whatever is not about prices, interruptions or placement.
    fn fitting(&self, requirements: &Requirements) -> BTreeSet<InstanceType> {
        let shape = Requirements {
            min_instance_types: 1,
            max_instance_types: 20,
            min_families: 1,
            min_savings_percent: None,
            max_interruption_rate_percent: None,
            min_placement_score: None,
            ..requirements.clone()
        };
        let all = Prior { instance_types: self.candidates.iter().map(|it| it.instance_type.clone()).collect() };
        let decision = reselect(Reselection::Pinned, &all, &shape, &self.candidates, None);
        let mut fitting = all.instance_types;
        if let Decision::Keep { breaches } = decision {
            for breach in breaches {
                if let Breach::Unfit { instance_type, .. } | Breach::Gone { instance_type } = breach {
                    fitting.remove(&instance_type);
                }
            }
        }
        fitting
    }

    /// Gives all types the placement score that some of them have together.
    pub(crate) fn place(&mut self, score: Option<u8>) {
        self.candidates.iter_mut().for_each(|it| it.placement_score = score);
    }
}

/// Whether a price is from a book of the user's.
fn is_own(price: &Price) -> bool {
    price.known().is_some_and(|quote| quote.source.kind == SourceKind::PriceBook)
}

/// The Spot placement score of types together.
pub(crate) async fn placement(aws: &Aws, types: &[String], capacity: u32) -> Result<Option<u8>> {
    within(prices::placement(&aws.ec2(aws.region()), aws.region(), types, capacity)).await
}

/// Zones of subnets; none when they cannot be told yet.
pub(crate) async fn zones_of(aws: &Aws, subnets: &Set<String>) -> Result<BTreeSet<String>> {
    within(types::zones_of(&aws.ec2(aws.region()), subnets)).await
}

async fn interruptions(
    aws: &Aws,
    requirements: &Requirements,
) -> Option<Result<parapet_pricing::aws::InterruptionData>> {
    // The file is large, and a stranger's: it is asked for when a requirement is about it.
    requirements.max_interruption_rate_percent?;
    Some(within(prices::interruptions(&aws.s3(prices::ADVISOR_REGION))).await)
}

/// Whole days in UTC. Terraform plans again while it applies, and must come to the same: what ended yesterday does not change.
fn window() -> Result<Window> {
    let now = Timestamp::now().as_second();
    let until = now - now.rem_euclid(DAY);
    Ok(Window { from: Timestamp::from_second(until - DAYS * DAY)?, until: Timestamp::from_second(until)? })
}

/// An answer in time, or that there was none.
pub(super) async fn within<T>(source: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(PATIENCE, source)
        .await
        .unwrap_or_else(|_| Err(Error::new(format!("There was no answer within {} seconds", PATIENCE.as_secs()))))
}

/// An error in one line.
pub(super) fn said(error: &Error) -> String {
    let of = |it: &Diagnostic| match it.detail.as_str() {
        "" => format!("{}.", it.summary),
        detail => format!("{}: {}", it.summary, detail.trim_end_matches('.').to_owned() + "."),
    };
    error.diagnostics().iter().map(of).collect::<Vec<_>>().join(" ")
}
