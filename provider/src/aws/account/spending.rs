//! The bills of the last months, by Cost Explorer.

use std::collections::BTreeMap;

use aws_sdk_costexplorer::types::{DateInterval, Granularity, GroupDefinition, GroupDefinitionType, ResultByTime};
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use parapet_pricing::recommend::{Failure, Month, Spend};
use parapet_pricing::{Currency, Decimal};

use super::Aws;
use super::asked::Operation;

/// Whole months before this one.
const MONTHS: i32 = 6;
/// What is added up.
const METRIC: &str = "UnblendedCost";
const OPERATION: Operation = Operation::new("Cost Explorer", "ce", "GetCostAndUsage");

/// Amounts by month and group.
type Months = BTreeMap<Date, (bool, BTreeMap<String, Decimal>)>;

/// The bills by service and by a tag. Each call of Cost Explorer costs a cent.
pub(super) async fn read(aws: &Aws, now: Timestamp, tag: Option<&str>) -> (Option<Spend>, Vec<Failure>) {
    let mut failures = Vec::new();
    let mut currency = None;
    let today = Offset::UTC.to_datetime(now).date();
    // One after the other: stand-ins for Cost Explorer give their answers in turn.
    let by_service = match monthly(aws, today, (GroupDefinitionType::Dimension, "SERVICE")).await {
        Ok(results) => amounts(&results, &mut currency, &mut failures, None),
        Err(failure) => return (None, vec![failure]),
    };
    let mut by_tag = Months::new();
    if let Some(tag) = tag {
        match monthly(aws, today, (GroupDefinitionType::Tag, tag)).await {
            Ok(results) => by_tag = amounts(&results, &mut currency, &mut failures, Some(tag)),
            Err(failure) => failures.push(failure),
        }
    }
    let months = by_service.into_iter().map(|(start, (estimated, by_service))| {
        let by_tag = by_tag.remove(&start).map(|(_, by_tag)| by_tag).unwrap_or_default();
        let estimated = estimated || start == today.first_of_month();
        Month { start, estimated, by_service, by_tag }
    });
    let months = months.collect();
    failures.sort();
    failures.dedup();
    let spend = Spend { currency: currency.unwrap_or(Currency::USD), tag: tag.map(str::to_owned), months };
    (Some(spend), failures)
}

/// The months until today. On the first of a month there is nothing of it yet.
async fn monthly(
    aws: &Aws,
    today: Date,
    (kind, key): (GroupDefinitionType, &str),
) -> Result<Vec<ResultByTime>, Failure> {
    let start = today.first_of_month().checked_sub(Span::new().months(MONTHS)).unwrap_or(today);
    let period = DateInterval::builder().start(start.to_string()).end(today.to_string()).build();
    let period = period.map_err(|error| OPERATION.because(None, error.to_string()))?;
    let group = GroupDefinition::builder().r#type(kind).key(key).build();
    let request = aws
        .cost_explorer()
        .get_cost_and_usage()
        .time_period(period)
        .granularity(Granularity::Monthly)
        .metrics(METRIC)
        .group_by(group);
    let (mut results, mut token) = (Vec::new(), None);
    loop {
        let answer = request.clone().set_next_page_token(token).send().await;
        let answer = answer.map_err(|error| OPERATION.failed(None, error))?;
        token = answer.next_page_token().map(str::to_owned);
        results.extend(answer.results_by_time.unwrap_or_default());
        if token.is_none() {
            return Ok(results);
        }
    }
}

/// Amounts in one currency; those in another are left out and said.
fn amounts(
    results: &[ResultByTime],
    currency: &mut Option<Currency>,
    failures: &mut Vec<Failure>,
    tag: Option<&str>,
) -> Months {
    let mut months = Months::new();
    for result in results {
        let Some(start) = result.time_period().and_then(|it| it.start().parse::<Date>().ok()) else { continue };
        let (estimated, of) = months.entry(start).or_default();
        *estimated |= result.estimated();
        for group in result.groups() {
            let key = group.keys().first().map(String::as_str).unwrap_or_default();
            // Of a tag the key is `team$orders`, and `team$` of what has none.
            let key = tag.and_then(|tag| key.strip_prefix(tag)?.strip_prefix('$')).unwrap_or(key);
            let Some(value) = group.metrics().and_then(|it| it.get(METRIC)) else { continue };
            let unit = value.unit().unwrap_or_default();
            let amount = value.amount().and_then(decimal);
            let (Ok(unit), Some(amount)) = (unit.parse::<Currency>(), amount) else {
                let said = format!(
                    "It says {} {unit} of {key} in {start}, which is no amount of money; the amount is left out.",
                    value.amount().unwrap_or_default()
                );
                failures.push(OPERATION.because(None, said));
                continue;
            };
            let expected = *currency.get_or_insert(unit);
            if unit != expected {
                let said =
                    format!("Amounts in {unit} are left out: others are in {expected}, and rates are not known.");
                failures.push(OPERATION.because(None, said));
                continue;
            }
            let sum = of.entry(key.to_owned()).or_insert(Decimal::ZERO);
            *sum = sum.checked_add(amount).unwrap_or(*sum);
        }
    }
    months
}

/// A decimal, as Cost Explorer writes it: at times with an exponent.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}
