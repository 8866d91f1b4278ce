//! CloudWatch for thousands of resources: day by day, in calls of 500 queries.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric as Named, MetricDataQuery, MetricStat, StatusCode};
use jiff::Timestamp;
use parapet_pricing::recommend::{Counter, Failure, Gauge, LastUse, Series};
use tfplugin::prelude::*;

use super::asked::Operation;
use super::{AT_ONCE, DAY, Days, bounded};

/// Queries of one call of `GetMetricData`.
const QUERIES: usize = 500;

/// Dimensions of a metric.
pub(super) type Dimensions = Arc<[(Cow<'static, str>, String)]>;

/// A statistic of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stat {
    Average,
    P95,
    Maximum,
    Minimum,
    Sum,
    Samples,
}

impl Stat {
    const ALL: [Self; 6] = [Self::Average, Self::P95, Self::Maximum, Self::Minimum, Self::Sum, Self::Samples];

    fn as_str(self) -> &'static str {
        match self {
            Self::Average => "Average",
            Self::P95 => "p95",
            Self::Maximum => "Maximum",
            Self::Minimum => "Minimum",
            Self::Sum => "Sum",
            Self::Samples => "SampleCount",
        }
    }
}

/// A metric, and what is asked of it. Up to five statistics of a metric cost no more than one.
#[derive(Debug)]
pub(super) struct Metric {
    pub(super) namespace: &'static str,
    pub(super) name: &'static str,
    pub(super) stats: &'static [Stat],
}

/// What is asked of levels.
pub(super) const LEVEL: &[Stat] = &[Stat::Average, Stat::P95, Stat::Maximum, Stat::Samples];
/// What is asked of rates: not every service keeps percentiles of them.
pub(super) const RATE: &[Stat] = &[Stat::Average, Stat::Maximum, Stat::Samples];

/// A metric of one resource.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) metric: &'static Metric,
    pub(super) dimensions: Dimensions,
}

impl Ask {
    /// The metric of what one dimension names.
    pub(super) fn of(metric: &'static Metric, dimension: &'static str, value: &str) -> Self {
        Self { metric, dimensions: Arc::new([(Cow::Borrowed(dimension), value.to_owned())]) }
    }
}

/// What CloudWatch says of a metric over all days.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Figures {
    /// Mean of all samples.
    pub(super) mean: f64,
    /// Highest of the days' 95th percentiles; that of all samples is no higher. The highest value where it was not asked for.
    pub(super) p95: f64,
    pub(super) max: f64,
    pub(super) min: f64,
    pub(super) sum: f64,
    pub(super) samples: f64,
    /// Samples of the day that has most.
    pub(super) most_samples: f64,
    /// Days with values.
    pub(super) days: u32,
    /// End of the last of them, in seconds since 1970.
    pub(super) last: i64,
}

/// Answers, in the order of what was asked: none where CloudWatch did not answer.
pub(super) type Answers = Vec<Option<Figures>>;

/// Asks CloudWatch, several calls at once.
///
/// # Errors
/// Only what is wrong in this process.
pub(super) async fn read(client: &Client, region: &str, days: Days, asks: Vec<Ask>) -> Result<(Answers, Vec<Failure>)> {
    let mut answers: Answers = vec![None; asks.len()];
    let mut failures = Vec::new();
    let jobs = batches(asks).into_iter().map(|batch| {
        let (client, region) = (client.clone(), region.to_owned());
        async move { data(&client, &region, days, batch).await }
    });
    let take = |brought: Result<Vec<(usize, Figures)>, Failure>| match brought {
        Ok(figures) => {
            for (place, figures) in figures {
                if let Some(answer) = answers.get_mut(place) {
                    *answer = Some(figures);
                }
            }
        }
        Err(failure) => failures.push(failure),
    };
    bounded(AT_ONCE, jobs, take).await?;
    failures.sort();
    failures.dedup();
    Ok((answers, failures))
}

type Batch = Vec<(usize, Ask)>;

/// Cuts what is asked into calls.
fn batches(asks: Vec<Ask>) -> Vec<Batch> {
    let mut batches = vec![Batch::new()];
    let mut queries = 0;
    for (place, ask) in asks.into_iter().enumerate() {
        let more = ask.metric.stats.len();
        if queries + more > QUERIES {
            batches.push(Batch::new());
            queries = 0;
        }
        queries += more;
        if let Some(batch) = batches.last_mut() {
            batch.push((place, ask));
        }
    }
    batches.retain(|batch| !batch.is_empty());
    batches
}

/// Statistics of a day, in the order of [`Stat::ALL`].
type Day = [Option<f64>; Stat::ALL.len()];

async fn data(client: &Client, region: &str, days: Days, batch: Batch) -> Result<Vec<(usize, Figures)>, Failure> {
    const OPERATION: Operation = Operation::new("CloudWatch", "cloudwatch", "GetMetricData");
    let queries = batch.iter().enumerate().flat_map(|(number, (_, ask))| {
        ask.metric.stats.iter().map(move |stat| query(&format!("q{number}_{}", *stat as usize), ask, *stat))
    });
    let mut pages = client
        .get_metric_data()
        .start_time(DateTime::from_secs(days.from))
        .end_time(DateTime::from_secs(days.until))
        .set_metric_data_queries(Some(queries.collect()))
        .into_paginator()
        .send();
    let mut found: Vec<Option<BTreeMap<i64, Day>>> = batch.iter().map(|_| Some(BTreeMap::new())).collect();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| OPERATION.failed(Some(region), error))?;
        for result in page.metric_data_results() {
            let Some((number, stat)) = result.id().and_then(numbered) else { continue };
            let Some(of) = found.get_mut(number) else { continue };
            if matches!(result.status_code(), Some(StatusCode::InternalError | StatusCode::Forbidden)) {
                *of = None;
            }
            let Some(of) = of else { continue };
            for (at, value) in result.timestamps().iter().zip(result.values()) {
                // What is no number, or below nothing, is a mistake of who wrote it.
                if value.is_finite() && *value >= 0.0 {
                    let day = of.entry(at.secs()).or_default();
                    if let Some(place) = day.get_mut(stat) {
                        *place = Some(*value);
                    }
                }
            }
        }
    }
    let missing = found.iter().any(Option::is_none);
    if missing && found.iter().all(Option::is_none) {
        return Err(OPERATION.because(Some(region), "CloudWatch could not read its metrics; try again.".to_owned()));
    }
    let figures = batch.iter().zip(found).filter_map(|((place, _), days)| Some((*place, folded(&days?))));
    Ok(figures.collect())
}

fn query(id: &str, ask: &Ask, stat: Stat) -> MetricDataQuery {
    let dimensions = ask.dimensions.iter().map(|(name, value)| Dimension::builder().name(&**name).value(value).build());
    let metric = Named::builder()
        .namespace(ask.metric.namespace)
        .metric_name(ask.metric.name)
        .set_dimensions(Some(dimensions.collect()))
        .build();
    let period = i32::try_from(DAY).unwrap_or(i32::MAX);
    let stat = MetricStat::builder().metric(metric).period(period).stat(stat.as_str()).build();
    MetricDataQuery::builder().id(id).metric_stat(stat).build()
}

/// The numbers in the id of a query.
fn numbered(id: &str) -> Option<(usize, usize)> {
    let (number, stat) = id.strip_prefix('q')?.split_once('_')?;
    Some((number.parse().ok()?, stat.parse().ok()?))
}

/// All days as one.
fn folded(days: &BTreeMap<i64, Day>) -> Figures {
    let mut figures = Figures { min: f64::INFINITY, ..Figures::default() };
    let (mut weighted, mut weights) = (0.0, 0.0);
    for (at, day) in days {
        let of = |stat: Stat| day.get(stat as usize).copied().flatten();
        let samples = of(Stat::Samples);
        let highest = of(Stat::Maximum).or(of(Stat::Average)).unwrap_or_default();
        figures.max = figures.max.max(highest);
        figures.p95 = figures.p95.max(of(Stat::P95).unwrap_or(highest));
        figures.min = figures.min.min(of(Stat::Minimum).unwrap_or(f64::INFINITY));
        figures.sum += of(Stat::Sum).unwrap_or_default();
        figures.samples += samples.unwrap_or_default();
        figures.most_samples = figures.most_samples.max(samples.unwrap_or_default());
        if let Some(mean) = of(Stat::Average) {
            let weight = samples.unwrap_or(1.0);
            weighted += mean * weight;
            weights += weight;
        }
        figures.days += 1;
        figures.last = at + DAY;
    }
    figures.mean = if weights > 0.0 { weighted / weights } else { 0.0 };
    figures
}

impl Figures {
    /// As a series; each value is divided by `by`.
    fn series(&self, by: f64) -> Series {
        Series {
            mean: self.mean / by,
            p95: self.p95 / by,
            max: self.max / by,
            // A saturating cast: there are no four thousand million samples.
            datapoints: self.samples as u32,
            days: self.days,
        }
    }
}

/// A level.
pub(super) fn gauge(figures: Option<&Figures>) -> Gauge {
    rate(figures, 1.0)
}

/// What happens in a second, of sums over so many seconds.
pub(super) fn rate(figures: Option<&Figures>, seconds: f64) -> Gauge {
    match figures {
        None => Gauge::NotRead,
        Some(figures) if figures.days == 0 => Gauge::Silent,
        Some(figures) => Gauge::Values(figures.series(seconds)),
    }
}

/// Several counters as one.
pub(super) fn counter<'a>(figures: impl IntoIterator<Item = Option<&'a Figures>>) -> Counter {
    let sum: Option<f64> = figures.into_iter().map(|it| it.map(|it| it.sum)).sum();
    sum.map_or(Counter::NotRead, Counter::Total)
}

/// When there was a sample last.
pub(super) fn last_use(figures: Option<&Figures>) -> LastUse {
    match figures {
        None => LastUse::NotRead,
        Some(figures) if figures.days == 0 => LastUse::NotInLookback,
        Some(figures) => Timestamp::from_second(figures.last).map_or(LastUse::NotRead, LastUse::At),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CPU: Metric = Metric { namespace: "AWS/EC2", name: "CPUUtilization", stats: LEVEL };

    fn day(mean: f64, p95: f64, max: f64, samples: f64) -> Day {
        [Some(mean), Some(p95), Some(max), None, None, Some(samples)]
    }

    #[test]
    fn days_are_folded_without_hiding_the_worst() {
        let days = BTreeMap::from([(0, day(10.0, 30.0, 90.0, 288.0)), (DAY, day(40.0, 60.0, 70.0, 96.0))]);
        let figures = folded(&days);
        assert!((figures.mean - 17.5).abs() < 1e-9, "weighted by samples: {figures:?}");
        assert!((figures.p95 - 60.0).abs() < 1e-9 && (figures.max - 90.0).abs() < 1e-9, "{figures:?}");
        assert_eq!((figures.days, figures.last), (2, 2 * DAY));
        let Gauge::Values(series) = gauge(Some(&figures)) else { panic!("no values") };
        assert_eq!((series.datapoints, series.days), (384, 2));
    }

    #[test]
    fn what_was_not_asked_is_not_silent() {
        assert_eq!(gauge(None), Gauge::NotRead);
        assert_eq!(gauge(Some(&folded(&BTreeMap::new()))), Gauge::Silent);
        assert_eq!(counter([Some(&Figures::default()), None]), Counter::NotRead);
        assert_eq!(counter([Some(&Figures::default())]), Counter::Total(0.0));
        assert_eq!(last_use(Some(&Figures::default())), LastUse::NotInLookback);
    }

    #[test]
    fn no_call_has_more_than_500_queries() {
        let asks = |count: usize| (0..count).map(|_| Ask::of(&CPU, "InstanceId", "i-1")).collect::<Vec<_>>();
        let sizes = |count: usize| batches(asks(count)).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(0), Vec::<usize>::new());
        assert_eq!(sizes(125), [125]);
        assert_eq!(sizes(126), [125, 1]);
        assert_eq!(numbered("q12_5"), Some((12, 5)));
    }
}
