//! Readings of both arms over the same windows of time.

use serde::{Deserialize, Serialize};

use crate::AnalysisError;
use crate::config::{Analysis, Kind};
use crate::exact::Counts;

/// What was measured: the rollout, and what two equal arms looked like before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Windows {
    /// Canary and baseline since the canary gets traffic, the warm-up included.
    pub rollout: Observations,
    /// Two arms of the same release (A/A): halves of the baseline, say. It shows how much two equal arms differ.
    pub history: Observations,
}

/// Windows of equal length, in order of time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Observations {
    /// The end of each window, in seconds since 1970.
    pub times: Vec<i64>,
    /// One for each metric.
    pub series: Vec<Series>,
}

/// Readings of one metric, one for each window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Name of the metric.
    pub metric: String,
    /// Upper bounds of the buckets of a latency histogram, ascending, the last infinite; empty for other metrics.
    #[serde(default)]
    pub bounds: Vec<f64>,
    /// Of the canary.
    pub canary: Vec<Reading>,
    /// Of the baseline.
    pub baseline: Vec<Reading>,
}

/// What one arm shows in one window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Requests that failed, and all requests; no whole numbers where an increase was extrapolated.
    Counts {
        /// Failed ones.
        events: f64,
        /// All.
        total: f64,
    },
    /// Requests up to each bound (cumulative, as in Prometheus).
    Buckets(Vec<f64>),
    /// The value of a gauge.
    Value(f64),
    /// Nothing that can be used.
    Absent(Gap),
}

/// Why a window cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// There is no reading.
    Missing,
    /// The reading is no finite number, or is negative where that makes no sense.
    NotANumber,
    /// The latest reading is from before the window.
    Stale,
    /// There was no request.
    NoTraffic,
    /// More requests failed than there were.
    Excess,
}

/// What some windows hold.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Seen {
    /// Windows in which a metric has data of both arms.
    pub windows: usize,
    /// Requests of the canary, of the metric that counts most; 0 when none counts requests.
    pub canary_requests: f64,
}

/// Windows of a metric that were skipped, by cause.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Without a reading.
    pub missing: usize,
    /// With a reading that is no number.
    pub not_a_number: usize,
    /// With a reading that is too old.
    pub stale: usize,
    /// Without a request.
    pub no_traffic: usize,
    /// With more failed requests than requests.
    pub excess: usize,
}

impl Skipped {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> usize {
        self.missing + self.not_a_number + self.stale + self.no_traffic + self.excess
    }

    pub(crate) fn count(&mut self, gap: Gap) {
        match gap {
            Gap::Missing => self.missing += 1,
            Gap::NotANumber => self.not_a_number += 1,
            Gap::Stale => self.stale += 1,
            Gap::NoTraffic => self.no_traffic += 1,
            Gap::Excess => self.excess += 1,
        }
    }
}

impl Reading {
    /// Errors of one window: a denominator without an error series means that nothing failed, since Prometheus creates a series with
    /// its first event. Extrapolated increases are no whole numbers. They are kept as they are, since windows that are rounded one by
    /// one lose every event of a rollout with less than half an event in each.
    ///
    /// Each query is extrapolated on its own, so that errors may exceed requests by one or by a tenth; more cannot be.
    #[must_use]
    pub fn errors(events: Result<f64, Gap>, total: Result<f64, Gap>) -> Self {
        match (events, total) {
            (_, Err(gap)) => Self::Absent(gap),
            (Ok(_), Ok(total)) if !usable(total) => Self::Absent(Gap::NotANumber),
            (Ok(events), Ok(_)) if !usable(events) => Self::Absent(Gap::NotANumber),
            (Err(Gap::NotANumber), Ok(_)) => Self::Absent(Gap::NotANumber),
            (Err(_), Ok(total)) => Self::counted(0.0, total),
            (Ok(events), Ok(total)) => Self::counted(events, total),
        }
    }

    fn counted(events: f64, total: f64) -> Self {
        if !usable(total) {
            Self::Absent(Gap::NotANumber)
        } else if events > total + EXTRAPOLATED_EVENTS.max(total * EXTRAPOLATED_SHARE) {
            Self::Absent(Gap::Excess)
        } else if total < LEAST_TRAFFIC {
            Self::Absent(Gap::NoTraffic)
        } else {
            Self::Counts { events: events.min(total), total }
        }
    }

    /// A histogram of one window, from the cumulative counts of its buckets.
    #[must_use]
    pub fn histogram(cumulative: &[Result<f64, Gap>]) -> Self {
        let mut counts = Vec::with_capacity(cumulative.len());
        let mut highest = 0.0_f64;
        for count in cumulative {
            match count {
                Err(gap) => return Self::Absent(*gap),
                Ok(count) if !usable(*count) => return Self::Absent(Gap::NotANumber),
                // Extrapolation of each bucket on its own may leave a higher one below a lower.
                Ok(count) => highest = highest.max(*count),
            }
            counts.push(highest);
        }
        if counts.is_empty() {
            Self::Absent(Gap::Missing)
        } else if highest < LEAST_TRAFFIC {
            Self::Absent(Gap::NoTraffic)
        } else {
            Self::Buckets(counts)
        }
    }

    /// A gauge of one window.
    #[must_use]
    pub fn gauge(value: Result<f64, Gap>) -> Self {
        match value {
            Err(gap) => Self::Absent(gap),
            Ok(value) if usable(value) => Self::Value(value),
            Ok(_) => Self::Absent(Gap::NotANumber),
        }
    }
}

/// Less than this is no request, in a window.
const LEAST_TRAFFIC: f64 = 0.5;
/// What the extrapolation of two queries on their own may differ by: events, or a share of all requests.
const EXTRAPOLATED_EVENTS: f64 = 1.0;
const EXTRAPOLATED_SHARE: f64 = 0.1;

fn usable(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

/// Puts samples `(time, value)` on a grid: for each time the latest sample of the window that ends there. What lies further back is stale.
#[must_use]
pub fn align(samples: &[(f64, f64)], times: &[i64], window_seconds: f64) -> Vec<Result<f64, Gap>> {
    let mut sorted: Vec<(f64, f64)> = samples.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    times
        .iter()
        .map(|end| {
            let end = *end as f64;
            // Servers answer in milliseconds: half of one is no difference.
            let seen = sorted.partition_point(|(time, _)| *time <= end + 5e-4);
            match seen.checked_sub(1).and_then(|index| sorted.get(index)) {
                None => Err(Gap::Missing),
                Some((time, _)) if *time <= end - window_seconds => Err(Gap::Stale),
                Some((_, value)) if !value.is_finite() => Err(Gap::NotANumber),
                Some((_, value)) => Ok(*value),
            }
        })
        .collect()
}

impl Series {
    /// The readings of window `index`, of the canary and of the baseline.
    pub(crate) fn pair(&self, index: usize) -> (&Reading, &Reading) {
        const MISSING: &Reading = &Reading::Absent(Gap::Missing);
        (self.canary.get(index).unwrap_or(MISSING), self.baseline.get(index).unwrap_or(MISSING))
    }

    /// What is counted in window `index`: errors, or requests above the bound at `slow`.
    pub(crate) fn counts(&self, index: usize, slow: Option<usize>) -> Result<Counts, Gap> {
        let (canary, baseline) = self.pair(index);
        let ((canary, canary_total), (baseline, baseline_total)) = (events(canary, slow)?, events(baseline, slow)?);
        Ok(Counts { canary, canary_total, baseline, baseline_total })
    }
}

/// Events and total of one reading.
pub(crate) fn events(reading: &Reading, slow: Option<usize>) -> Result<(f64, f64), Gap> {
    match reading {
        Reading::Counts { events, total } => Ok((*events, *total)),
        Reading::Buckets(counts) => {
            let total = counts.last().copied().ok_or(Gap::Missing)?;
            let fast = slow.and_then(|bound| counts.get(bound)).copied().ok_or(Gap::Missing)?;
            Ok((total - fast, total))
        }
        Reading::Value(_) => Err(Gap::Missing),
        Reading::Absent(gap) => Err(*gap),
    }
}

impl Observations {
    /// Number of windows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is no window.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// What windows that end after `time` hold, in seconds since 1970: a gate asks it of the step that is under way.
    #[must_use]
    pub fn since(&self, time: i64) -> Seen {
        let recent = || self.times.iter().enumerate().filter(move |(_, end)| **end > time).map(|(index, _)| index);
        let both = |series: &Series, index: usize| {
            !matches!(series.pair(index), (Reading::Absent(_), _) | (_, Reading::Absent(_)))
        };
        let requests = |series: &Series| -> f64 {
            let total = |index: usize| match series.pair(index).0 {
                Reading::Counts { total, .. } => *total,
                Reading::Buckets(counts) => counts.last().copied().unwrap_or_default(),
                Reading::Value(_) | Reading::Absent(_) => 0.0,
            };
            recent().map(total).sum()
        };
        Seen {
            windows: recent().filter(|index| self.series.iter().any(|series| both(series, *index))).count(),
            canary_requests: self.series.iter().map(requests).fold(0.0, f64::max),
        }
    }

    pub(crate) fn of(&self, metric: &str) -> Option<&Series> {
        self.series.iter().find(|series| series.metric == metric)
    }

    /// The baseline compared with itself one window later, where nothing better is at hand: two windows make one. What both arms
    /// share at one time differs between two times, so that this overstates the noise and makes a gate slower, not wrong.
    #[must_use]
    pub fn against_itself(&self) -> Self {
        let times = self.times.chunks_exact(2).filter_map(|pair| pair.last().copied()).collect();
        let series = self.series.iter().map(|series| {
            let every = |offset: usize| {
                series.baseline.chunks_exact(2).filter_map(|pair| pair.get(offset).cloned()).collect::<Vec<Reading>>()
            };
            Series {
                metric: series.metric.clone(),
                bounds: series.bounds.clone(),
                canary: every(1),
                baseline: every(0),
            }
        });
        Self { times, series: series.collect() }
    }

    /// Checks that the readings are of the kinds the metrics say.
    pub(crate) fn validate(&self, analysis: &Analysis) -> Result<(), AnalysisError> {
        for metric in &analysis.metrics {
            let Some(series) = self.of(&metric.name) else { continue };
            let wrong =
                |problem: &str| Err(AnalysisError::Data { metric: metric.name.clone(), problem: problem.to_owned() });
            if series.canary.len() != self.len() || series.baseline.len() != self.len() {
                return wrong("it has not one reading per window and arm");
            }
            let latency = matches!(metric.kind, Kind::Latency { .. });
            let ascending = series.bounds.is_sorted_by(|a, b| a < b);
            if latency && !self.is_empty() && (series.bounds.len() < 2 || !ascending) {
                return wrong("a histogram needs at least two bucket bounds, ascending, the last infinite");
            }
            let fits = |reading: &Reading| match (&metric.kind, reading) {
                (_, Reading::Absent(_))
                | (Kind::ErrorRatio { .. }, Reading::Counts { .. })
                | (Kind::Gauge { .. }, Reading::Value(_)) => true,
                (Kind::Latency { .. }, Reading::Buckets(counts)) => counts.len() == series.bounds.len(),
                _ => false,
            };
            if !series.canary.iter().chain(&series.baseline).all(fits) {
                return wrong("a reading is of another kind than the metric, or has another number of buckets");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_put_on_the_grid() {
        let samples = [(180.0, 3.0), (60.0, 1.0), (119.9995, 2.0), (240.0, f64::NAN)];
        let found = align(&samples, &[0, 60, 120, 180, 240, 300, 360], 60.0);
        let expected =
            [Err(Gap::Missing), Ok(1.0), Ok(2.0), Ok(3.0), Err(Gap::NotANumber), Err(Gap::Stale), Err(Gap::Stale)];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_denominator_without_errors_means_none_failed() {
        let counts = |events, total| Reading::Counts { events, total };
        assert_eq!(Reading::errors(Err(Gap::Missing), Ok(10.2)), counts(0.0, 10.2));
        assert_eq!(Reading::errors(Ok(2.6), Ok(10.0)), counts(2.6, 10.0));
        assert_eq!(Reading::errors(Err(Gap::NotANumber), Ok(10.0)), Reading::Absent(Gap::NotANumber));
        assert_eq!(Reading::errors(Err(Gap::Missing), Err(Gap::Missing)), Reading::Absent(Gap::Missing));
        assert_eq!(Reading::errors(Ok(0.0), Ok(0.0)), Reading::Absent(Gap::NoTraffic));
        assert_eq!(Reading::errors(Err(Gap::Missing), Ok(-1.0)), Reading::Absent(Gap::NotANumber));
        assert_eq!(Reading::errors(Ok(1.0), Ok(f64::INFINITY)), Reading::Absent(Gap::NotANumber));
    }

    #[test]
    fn no_more_can_fail_than_there_is_but_for_extrapolation() {
        let counts = |events, total| Reading::Counts { events, total };
        assert_eq!(Reading::errors(Ok(11.0), Ok(10.0)), counts(10.0, 10.0));
        assert_eq!(Reading::errors(Ok(329.0), Ok(300.0)), counts(300.0, 300.0));
        assert_eq!(Reading::errors(Ok(12.0), Ok(10.0)), Reading::Absent(Gap::Excess));
        assert_eq!(Reading::errors(Ok(300.0), Ok(1.0)), Reading::Absent(Gap::Excess));
        assert_eq!(Reading::errors(Ok(300.0), Ok(0.0)), Reading::Absent(Gap::Excess));
        assert_eq!(Reading::errors(Ok(1.0), Ok(0.0)), Reading::Absent(Gap::NoTraffic));
    }

    #[test]
    fn a_step_sees_what_it_has_itself() {
        let counts = |total| Reading::Counts { events: 0.0, total };
        let series = Series {
            metric: "errors".to_owned(),
            bounds: Vec::new(),
            canary: vec![counts(5.0), counts(7.0), counts(9.0)],
            baseline: vec![counts(50.0), Reading::Absent(Gap::Stale), counts(50.0)],
        };
        let seen = Observations { times: vec![60, 120, 180], series: vec![series] };
        assert_eq!(seen.since(60), Seen { windows: 1, canary_requests: 16.0 });
        assert_eq!(seen.since(0), Seen { windows: 2, canary_requests: 21.0 });
        assert_eq!(seen.since(180), Seen::default());
    }

    #[test]
    fn histograms_do_not_fall() {
        let found = Reading::histogram(&[Ok(4.0), Ok(3.6), Ok(9.0)]);
        assert_eq!(found, Reading::Buckets(vec![4.0, 4.0, 9.0]));
        assert_eq!(Reading::histogram(&[Ok(0.4), Ok(0.6)]), Reading::Buckets(vec![0.4, 0.6]));
        assert_eq!(events(&found, Some(1)), Ok((5.0, 9.0)));
        assert_eq!(Reading::histogram(&[Ok(1.0), Err(Gap::Stale)]), Reading::Absent(Gap::Stale));
        assert_eq!(Reading::histogram(&[Ok(0.0), Ok(0.0)]), Reading::Absent(Gap::NoTraffic));
        assert_eq!(Reading::histogram(&[]), Reading::Absent(Gap::Missing));
        assert_eq!(Reading::gauge(Ok(f64::NAN)), Reading::Absent(Gap::NotANumber));
    }
}
