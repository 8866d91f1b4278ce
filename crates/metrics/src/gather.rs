//! From answers to windows.

use parapet_analysis::{Gap, Kind, Observations, Reading, Series, align};

use crate::{Answer, Asked, MetricsError, Range, Source, Texts};

type Values = Vec<Result<f64, Gap>>;

/// One of the two arms that are compared.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) texts: fn(&Asked) -> &Texts,
    pub(crate) matchers: &'a str,
}

impl Side<'_> {
    fn filled(&self, asked: &Asked, range: Range) -> Texts {
        (self.texts)(asked).filled(self.matchers, range.step)
    }
}

/// Readings of two arms for each window of the range.
pub(crate) fn observe(
    source: &dyn Source,
    metrics: &[Asked],
    arms: (Side<'_>, Side<'_>),
    range: Range,
) -> Result<Observations, MetricsError> {
    let series = metrics
        .iter()
        .map(|asked| both(source, asked, arms, range).map_err(|error| error.of_metric(&asked.metric.name)));
    Ok(Observations { times: range.times(), series: series.collect::<Result<_, _>>()? })
}

fn both(
    source: &dyn Source,
    asked: &Asked,
    (canary, baseline): (Side<'_>, Side<'_>),
    range: Range,
) -> Result<Series, MetricsError> {
    let metric = asked.metric.name.clone();
    if matches!(asked.metric.kind, Kind::Latency { .. }) {
        let answers = |arm: Side<'_>| source.query(&arm.filled(asked, range).query, range);
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
            return wrong("the histogram has no bucket le=\"+Inf\": the query has to keep every le");
        }
        return Ok(Series {
            canary: histogram(&canary, &bounds, range),
            baseline: histogram(&baseline, &bounds, range),
            metric,
            bounds,
        });
    }
    let one = |arm: Side<'_>| -> Result<Vec<Reading>, MetricsError> {
        let Texts { query, total } = arm.filled(asked, range);
        let values = single(source, &query, range)?;
        match total {
            Some(total) => {
                let total = single(source, &total, range)?;
                Ok(values.into_iter().zip(total).map(|(events, total)| Reading::errors(events, total)).collect())
            }
            None => Ok(values.into_iter().map(Reading::gauge).collect()),
        }
    };
    Ok(Series { metric, bounds: Vec::new(), canary: one(canary)?, baseline: one(baseline)? })
}

fn wrong<T>(problem: impl Into<String>) -> Result<T, MetricsError> {
    Err(MetricsError::Answer(problem.into()))
}

/// The values of a query that answers one series, or none.
fn single(source: &dyn Source, query: &str, range: Range) -> Result<Values, MetricsError> {
    let answers = source.query(query, range)?;
    match answers.as_slice() {
        [] => Ok(vec![Err(Gap::Missing); range.times().len()]),
        [one] => Ok(on_grid(one, range)),
        many => wrong(format!("the query {query} answers {} series, one is needed: sum() or avg() them", many.len())),
    }
}

fn on_grid(answer: &Answer, range: Range) -> Values {
    align(&answer.samples, &range.times(), range.step as f64)
}

/// Each bucket by its bound.
fn buckets(answers: &[Answer]) -> Result<Vec<(f64, &Answer)>, MetricsError> {
    let mut found: Vec<(f64, &Answer)> = Vec::new();
    for answer in answers {
        let Some(le) = answer.labels.get("le") else {
            return wrong("a series of the histogram has no label le: sum by (le) them");
        };
        let Ok(bound) = le.parse::<f64>() else { return wrong(format!("le=\"{le}\" is no bound")) };
        if found.iter().any(|(known, _)| known.total_cmp(&bound).is_eq()) {
            return wrong(format!("the histogram has more than one series with le=\"{le}\": sum by (le) them"));
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

#[cfg(test)]
mod tests {
    use parapet_analysis::Metric;

    use super::*;
    use crate::{Arms, Queries};

    const RANGE: Range = Range { start: 60, end: 120, step: 60 };

    /// Answers by the text of the query.
    struct Fixed(Vec<(&'static str, Vec<Answer>)>);

    impl Source for Fixed {
        fn query(&self, query: &str, _range: Range) -> Result<Vec<Answer>, MetricsError> {
            let found = self.0.iter().find(|(text, _)| *text == query);
            Ok(found.map(|(_, answers)| answers.clone()).unwrap_or_default())
        }
    }

    fn series(le: &str, values: [f64; 2]) -> Answer {
        let labels = if le.is_empty() { vec![] } else { vec![("le".to_owned(), le.to_owned())] };
        Answer { labels: labels.into_iter().collect(), samples: vec![(60.0, values[0]), (120.0, values[1])] }
    }

    fn queries(kind: Kind, total: Option<&str>) -> Queries {
        let texts = Texts { query: "q{$arm}".to_owned(), total: total.map(str::to_owned) };
        let metric = Asked { metric: Metric::new("m", kind), canary: texts.clone(), baseline: texts };
        let arms = Arms { canary: "c".to_owned(), baseline: "b".to_owned(), halves: None };
        Queries { metrics: vec![metric], arms }
    }

    #[test]
    fn each_arm_is_asked_about_itself() {
        let source = Fixed(vec![
            ("t{c}", vec![series("", [100.0, 50.0])]),
            ("t{b}", vec![series("", [900.0, 0.0])]),
            ("q{b}", vec![series("", [3.0, f64::NAN])]),
        ]);
        let seen = queries(Kind::error_ratio(), Some("t{$arm}")).rollout(&source, RANGE).unwrap();
        let counts = |events, total| Reading::Counts { events, total };
        assert_eq!(seen.times, [60, 120]);
        assert_eq!(seen.series[0].canary, [counts(0.0, 100.0), counts(0.0, 50.0)]);
        assert_eq!(seen.series[0].baseline, [counts(3.0, 900.0), Reading::Absent(Gap::NotANumber)]);
    }

    #[test]
    fn buckets_of_both_arms_are_put_together() {
        let source = Fixed(vec![
            ("q{c}", vec![series("+Inf", [9.0, 9.0]), series("0.5", [4.0, 5.0])]),
            ("q{b}", vec![series("0.5", [1.0, 1.0]), series("+Inf", [2.0, 2.0])]),
        ]);
        let seen = queries(Kind::latency(), None).rollout(&source, RANGE).unwrap();
        assert_eq!(seen.series[0].bounds, [0.5, f64::INFINITY]);
        assert_eq!(seen.series[0].canary[1], Reading::Buckets(vec![5.0, 9.0]));
    }

    #[test]
    fn answers_that_do_not_fit_are_said() {
        let two = || vec![series("0.5", [1.0; 2]), series("0.5", [1.0; 2])];
        for (kind, answers, says) in [
            (Kind::latency(), vec![series("0.5", [1.0; 2])], "no bucket le=\"+Inf\""),
            (Kind::latency(), vec![series("", [1.0; 2])], "no label le"),
            (Kind::latency(), vec![series("wide", [1.0; 2])], "is no bound"),
            (Kind::latency(), two(), "more than one series with le=\"0.5\""),
            (Kind::Gauge { worse: parapet_analysis::Direction::Higher }, two(), "answers 2 series, one is needed"),
        ] {
            let error = queries(kind, None).rollout(&Fixed(vec![("q{c}", answers)]), RANGE).unwrap_err().full();
            assert!(error.starts_with("metric \"m\": ") && error.contains(says), "{error}");
        }
    }
}
