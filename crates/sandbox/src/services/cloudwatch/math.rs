//! The queries of one `GetMetricData`, which may name each other.

use std::cell::Cell;

use serde_json::Value;

use super::expression::{Known, Outcome, Points, evaluate};
use super::samples::by_period;
use super::search::Search;
use super::{Store, buckets, period};
use crate::protocol::ApiError;
use crate::services::{Call, rds};

/// Most series that one search finds at AWS.
const MOST_FOUND: usize = 100;
/// Queries that name each other deeper than this go round in a circle: a call has at most 500 of them, and AWS refuses circles.
const DEEPEST: u32 = 20;

/// What is asked, and of what.
pub(super) struct Math<'a> {
    pub(super) queries: &'a [Value],
    /// Milliseconds since 1970.
    pub(super) window: (i64, i64),
    pub(super) call: &'a Call,
    pub(super) store: &'a Store,
    pub(super) rds: &'a rds::Store,
}

impl Math<'_> {
    /// The series of a query, with their labels.
    pub(super) fn results(&self, query: &Value) -> Result<Vec<(String, Points)>, ApiError> {
        let label = query.pointer("/MetricStat/Metric/MetricName").or_else(|| query.get("Id")).and_then(Value::as_str);
        let label = label.unwrap_or_default().to_owned();
        match (Asked { math: self, query, depth: Cell::new(0) }).outcome(query)? {
            Outcome::Many(series) => Ok(series),
            Outcome::Series(points) => Ok(vec![(label, points)]),
            Outcome::Number(number) => Err(ApiError::new(
                "ValidationError",
                format!("Error in expression '{label}': it comes to the number {number}, not to a time series."),
            )),
        }
    }
}

/// One query that is answered.
struct Asked<'a> {
    math: &'a Math<'a>,
    query: &'a Value,
    depth: Cell<u32>,
}

impl Asked<'_> {
    fn outcome(&self, query: &Value) -> Result<Outcome, ApiError> {
        if let Some(expression) = query.get("Expression").and_then(Value::as_str) {
            return evaluate(expression, self);
        }
        let Math { window, call, store, rds, .. } = *self.math;
        let stat = query.pointer("/MetricStat/Stat").and_then(Value::as_str).unwrap_or_default();
        let metric = query.pointer("/MetricStat/Metric").cloned().unwrap_or_default();
        let buckets = buckets(&metric, window, period(query.pointer("/MetricStat/Period"))?, call, store, rds);
        let points = buckets.iter().map(|bucket| Ok((bucket.start(), bucket.statistic(stat)?)));
        points.collect::<Result<_, ApiError>>().map(Outcome::Series)
    }
}

impl Known for Asked<'_> {
    fn query(&self, id: &str) -> Result<Outcome, ApiError> {
        let found = self.math.queries.iter().find(|it| it.get("Id").and_then(Value::as_str) == Some(id));
        let query =
            found.ok_or_else(|| ApiError::new("ValidationError", format!("There is no query with the id {id}.")))?;
        if self.depth.get() >= DEEPEST {
            return Err(ApiError::new("ValidationError", format!("The expression {id} refers to itself.")));
        }
        self.depth.set(self.depth.get() + 1);
        let outcome = self.outcome(query);
        self.depth.set(self.depth.get() - 1);
        outcome
    }

    fn search(&self, search: &str, statistic: &str, of: Option<i64>) -> Result<Vec<(String, Points)>, ApiError> {
        let search = Search::parse(search)?;
        let named = of.map(Value::from);
        let period = period(named.as_ref().or_else(|| self.query.get("Period")))?;
        let found = self.math.store.metrics.here(self.math.call).filter(|metric| search.finds(metric));
        found
            .take(MOST_FOUND)
            .map(|metric| {
                let buckets = by_period(metric.samples(self.math.window), period);
                let points = buckets.iter().map(|bucket| Ok((bucket.start(), bucket.statistic(statistic)?)));
                let values: Vec<&str> = metric.dimensions.values().map(String::as_str).collect();
                let label = format!("{} {}", metric.name, values.join(" "));
                Ok((label.trim_end().to_owned(), points.collect::<Result<_, ApiError>>()?))
            })
            .collect()
    }
}
