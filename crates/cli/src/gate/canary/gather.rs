//! From answers of Prometheus to windows.

use anyhow::{Context as _, bail};
use parapet_analysis::{Gap, Kind, Observations, Reading, Series, align};

use super::metrics::{Asked, Queries};
use crate::gate::prometheus::{Answer, Prometheus, Range};

type Values = Vec<Result<f64, Gap>>;

/// Readings of two arms for each window of the range.
pub(super) fn observe(
    prometheus: &Prometheus,
    queries: &Queries,
    arms: (&str, &str),
    range: Range,
) -> anyhow::Result<Observations> {
    let series = queries
        .metrics
        .iter()
        .map(|asked| both(prometheus, asked, arms, range).with_context(|| format!("metric {:?}", asked.metric.name)));
    Ok(Observations { times: range.times(), series: series.collect::<anyhow::Result<_>>()? })
}

fn both(
    prometheus: &Prometheus,
    asked: &Asked,
    (canary, baseline): (&str, &str),
    range: Range,
) -> anyhow::Result<Series> {
    let metric = asked.metric.name.clone();
    if matches!(asked.metric.kind, Kind::Latency { .. }) {
        let answers = |arm: &str| prometheus.query(&asked.query(arm, range.step), range);
        let (canary, baseline) = (answers(canary)?, answers(baseline)?);
        let (canary, baseline) = (buckets(&canary)?, buckets(&baseline)?);
        let mut bounds: Vec<f64> = canary.iter().chain(&baseline).map(|(bound, _)| *bound).collect();
        bounds.sort_by(f64::total_cmp);
        bounds.dedup();
        if bounds.is_empty() {
            // Nobody answered: every window is missing, whatever the buckets would be.
            bounds = vec![1.0, f64::INFINITY];
        }
        if bounds.last().is_none_or(|bound| bound.is_finite()) {
            bail!("the histogram has no bucket le=\"+Inf\": the query has to keep every le");
        }
        return Ok(Series {
            canary: histogram(&canary, &bounds, range),
            baseline: histogram(&baseline, &bounds, range),
            metric,
            bounds,
        });
    }
    let one = |arm: &str| -> anyhow::Result<Vec<Reading>> {
        let values = single(prometheus, &asked.query(arm, range.step), range)?;
        match asked.total(arm, range.step) {
            Some(total) => {
                let total = single(prometheus, &total, range)?;
                Ok(values.into_iter().zip(total).map(|(events, total)| Reading::errors(events, total)).collect())
            }
            None => Ok(values.into_iter().map(Reading::gauge).collect()),
        }
    };
    Ok(Series { metric, bounds: Vec::new(), canary: one(canary)?, baseline: one(baseline)? })
}

/// The values of a query that answers one series, or none.
fn single(prometheus: &Prometheus, query: &str, range: Range) -> anyhow::Result<Values> {
    let answers = prometheus.query(query, range)?;
    match answers.as_slice() {
        [] => Ok(vec![Err(Gap::Missing); range.times().len()]),
        [one] => Ok(on_grid(one, range)),
        many => bail!("the query {query} answers {} series, one is needed: sum() or avg() them", many.len()),
    }
}

fn on_grid(answer: &Answer, range: Range) -> Values {
    align(&answer.samples, &range.times(), range.step as f64)
}

/// Each bucket by its bound.
fn buckets(answers: &[Answer]) -> anyhow::Result<Vec<(f64, &Answer)>> {
    let mut found: Vec<(f64, &Answer)> = Vec::new();
    for answer in answers {
        let le = answer.labels.get("le").context("a series of the histogram has no label le: sum by (le) them")?;
        let bound: f64 = le.parse().ok().with_context(|| format!("le=\"{le}\" is no bound"))?;
        if found.iter().any(|(known, _)| known.total_cmp(&bound).is_eq()) {
            bail!("the histogram has more than one series with le=\"{le}\": sum by (le) them");
        }
        found.push((bound, answer));
    }
    Ok(found)
}

fn histogram(buckets: &[(f64, &Answer)], bounds: &[f64], range: Range) -> Vec<Reading> {
    let of = |bound: &f64| buckets.iter().find(|(known, _)| known.total_cmp(bound).is_eq());
    let columns: Vec<Option<Values>> =
        bounds.iter().map(|bound| of(bound).map(|(_, answer)| on_grid(answer, range))).collect();
    (0..range.times().len())
        .map(|index| {
            let counts = columns.iter().map(|column| {
                column.as_ref().and_then(|values| values.get(index)).copied().unwrap_or(Err(Gap::Missing))
            });
            Reading::histogram(&counts.collect::<Values>())
        })
        .collect()
}
