//! How far Savings Plans and reservations cover what runs, and what Cost Explorer would buy.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_costexplorer::types::{
    DateInterval, Dimension, DimensionValues, Expression, GroupDefinition, GroupDefinitionType, LookbackPeriodInDays,
    PaymentOption, SupportedSavingsPlansType, TermInYears,
};
use jiff::Timestamp;
use jiff::tz::Offset;
use parapet_pricing::Decimal;
use parapet_pricing::recommend::{Action, Commitments, Coverage, Failure, Limits, Offer};

use super::asked::Operation;
use super::spending::decimal;
use super::{Aws, Days};

/// Services with reservations, in Cost Explorer's names. EC2 is not among them: Savings Plans take its place.
const RESERVED: [&str; 4] =
    ["Amazon Relational Database Service", "Amazon ElastiCache", "Amazon OpenSearch Service", "Amazon Redshift"];
/// Days of the month that amounts are told for.
const MONTH: u32 = 30;

/// By region.
type Regions = BTreeMap<String, Commitments>;

/// Coverage by region. Nothing is asked that no action needs, nor where only some tags are looked at, which commitments have not.
pub(super) async fn read(aws: &Aws, days: Days, limits: &Limits) -> (Regions, Vec<Failure>) {
    let client = aws.cost_explorer();
    let (mut regions, mut failures) = (Regions::new(), Vec::new());
    if !limits.tag_filters.is_empty() {
        return (regions, failures);
    }
    if limits.wants(Action::PurchaseSavingsPlans) {
        let (coverage, offers) = tokio::join!(savings_plans(client, days), savings_plan_offers(client));
        let mut offers = offers.unwrap_or_else(|failure| {
            failures.push(failure);
            BTreeMap::new()
        });
        match coverage {
            Ok(found) => {
                for (region, sums) in found {
                    let offer = offers.remove(&region).map(|(hourly, saved)| Offer {
                        what: format!("EC2 Instance Savings Plans, {} USD an hour", hourly.normalize()),
                        monthly_savings_usd: saved,
                    });
                    regions.entry(region).or_default().savings_plans = sums.coverage(days, offer);
                }
            }
            Err(failure) => failures.push(failure),
        }
    }
    if limits.wants(Action::PurchaseReservedInstances) {
        for service in RESERVED {
            match reservations(client, days, service).await {
                Ok(found) => {
                    for (region, sums) in found {
                        if let Some(coverage) = sums.coverage(days, None) {
                            regions.entry(region).or_default().reservations.insert(service.to_owned(), coverage);
                        }
                    }
                }
                Err(failure) => {
                    failures.push(failure);
                    break;
                }
            }
        }
    }
    (regions, failures)
}

/// What coverage is made of.
#[derive(Debug, Default)]
struct Sums {
    on_demand_usd: Decimal,
    covered: Decimal,
    all: Decimal,
}

impl Sums {
    fn add(&mut self, on_demand: Option<&str>, covered: Option<&str>, all: Option<&str>) {
        let sum = |to: &mut Decimal, text: Option<&str>| {
            let more = text.and_then(decimal).unwrap_or_default();
            *to = to.checked_add(more).unwrap_or(*to);
        };
        sum(&mut self.on_demand_usd, on_demand);
        sum(&mut self.covered, covered);
        sum(&mut self.all, all);
    }

    /// As amounts of a month; none where nothing runs.
    fn coverage(&self, days: Days, offer: Option<Offer>) -> Option<Coverage> {
        let covered_percent = (self.covered * Decimal::ONE_HUNDRED).checked_div(self.all)?;
        let month = Decimal::from(MONTH).checked_div(Decimal::from(days.count))?;
        let on_demand_usd = self.on_demand_usd.checked_mul(month)?;
        Some(Coverage { on_demand_usd, covered_percent: covered_percent.min(Decimal::ONE_HUNDRED), offer })
    }
}

fn period(days: Days, operation: Operation) -> Result<DateInterval, Failure> {
    let date = |second: i64| {
        let at = Timestamp::from_second(second).unwrap_or_default();
        Offset::UTC.to_datetime(at).date().to_string()
    };
    let built = DateInterval::builder().start(date(days.from)).end(date(days.until)).build();
    built.map_err(|error| operation.because(None, error.to_string()))
}

fn by_region() -> GroupDefinition {
    GroupDefinition::builder().r#type(GroupDefinitionType::Dimension).key("REGION").build()
}

/// The region of an answer that is grouped by it; the name of the attribute is written in either case.
fn region(attributes: Option<&HashMap<String, String>>) -> Option<String> {
    attributes?.iter().find(|(name, _)| name.eq_ignore_ascii_case("region")).map(|(_, value)| value.clone())
}

/// Whether an account just has nothing to say: it has no commitments, or is too young.
fn no_data<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error.code() == Some("DataUnavailableException")
}

async fn savings_plans(client: &Client, days: Days) -> Result<BTreeMap<String, Sums>, Failure> {
    const OPERATION: Operation = Operation::new("Cost Explorer", "ce", "GetSavingsPlansCoverage");
    let request = client.get_savings_plans_coverage().time_period(period(days, OPERATION)?).group_by(by_region());
    let mut pages = request.into_paginator().send();
    let mut found: BTreeMap<String, Sums> = BTreeMap::new();
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(error) if no_data(&error) => break,
            Err(error) => return Err(OPERATION.failed(None, error)),
        };
        for it in page.savings_plans_coverages() {
            let (Some(region), Some(of)) = (region(it.attributes()), it.coverage()) else { continue };
            let sums = found.entry(region).or_default();
            sums.add(of.on_demand_cost(), of.spend_covered_by_savings_plans(), of.total_cost());
        }
    }
    Ok(found)
}

/// Hourly commitment and monthly savings of what Cost Explorer would buy for a year without paying in advance, by region.
async fn savings_plan_offers(client: &Client) -> Result<BTreeMap<String, (Decimal, Decimal)>, Failure> {
    const OPERATION: Operation = Operation::new("Cost Explorer", "ce", "GetSavingsPlansPurchaseRecommendation");
    let request = client
        .get_savings_plans_purchase_recommendation()
        // Of one region and family: those for all compute belong to no region.
        .savings_plans_type(SupportedSavingsPlansType::Ec2InstanceSp)
        .term_in_years(TermInYears::OneYear)
        .payment_option(PaymentOption::NoUpfront)
        .lookback_period_in_days(LookbackPeriodInDays::ThirtyDays);
    let mut found: BTreeMap<String, (Decimal, Decimal)> = BTreeMap::new();
    let mut token = None;
    loop {
        let answer = match request.clone().set_next_page_token(token).send().await {
            Ok(answer) => answer,
            Err(error) if no_data(&error) => return Ok(found),
            Err(error) => return Err(OPERATION.failed(None, error)),
        };
        let details = answer.savings_plans_purchase_recommendation().into_iter();
        for it in details.flat_map(|it| it.savings_plans_purchase_recommendation_details()) {
            let region = it.savings_plans_details().and_then(|it| it.region());
            let hourly = it.hourly_commitment_to_purchase().and_then(decimal);
            let saved = it.estimated_monthly_savings_amount().and_then(decimal);
            if let (Some(region), Some(hourly), Some(saved), None | Some("USD")) =
                (region, hourly, saved, it.currency_code())
            {
                let sums = found.entry(region.to_owned()).or_default();
                sums.0 = sums.0.checked_add(hourly).unwrap_or(sums.0);
                sums.1 = sums.1.checked_add(saved).unwrap_or(sums.1);
            }
        }
        token = answer.next_page_token().map(str::to_owned);
        if token.is_none() {
            return Ok(found);
        }
    }
}

async fn reservations(client: &Client, days: Days, service: &str) -> Result<BTreeMap<String, Sums>, Failure> {
    const OPERATION: Operation = Operation::new("Cost Explorer", "ce", "GetReservationCoverage");
    let named = DimensionValues::builder().key(Dimension::Service).values(service).build();
    let request = client
        .get_reservation_coverage()
        .time_period(period(days, OPERATION)?)
        .group_by(by_region())
        .filter(Expression::builder().dimensions(named).build())
        .metrics("Hour")
        .metrics("Cost");
    let mut found: BTreeMap<String, Sums> = BTreeMap::new();
    let mut token = None;
    loop {
        let answer = match request.clone().set_next_page_token(token).send().await {
            Ok(answer) => answer,
            Err(error) if no_data(&error) => return Ok(found),
            Err(error) => return Err(OPERATION.failed(None, error)),
        };
        for it in answer.coverages_by_time().iter().flat_map(|it| it.groups()) {
            let (Some(region), Some(of)) = (region(it.attributes()), it.coverage()) else { continue };
            let hours = of.coverage_hours();
            found.entry(region).or_default().add(
                of.coverage_cost().and_then(|it| it.on_demand_cost()),
                hours.and_then(|it| it.reserved_hours()),
                hours.and_then(|it| it.total_running_hours()),
            );
        }
        token = answer.next_page_token().map(str::to_owned);
        if token.is_none() {
            return Ok(found);
        }
    }
}
