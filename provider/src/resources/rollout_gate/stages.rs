//! The steps of a rollout, and what each of them waits for.

use super::model::Step;
use crate::duration;

/// Weights of a canary that names no steps.
const WEIGHTS: [i64; 7] = [1, 5, 10, 25, 50, 75, 100];
/// Shortest time of a step, and fewest requests in it, where nothing is said.
const MIN_DURATION: i64 = 300;
const MIN_REQUESTS: i64 = 100;

/// What ends a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// Nothing is suspicious: the next step may send more.
    Calm,
    /// Data say that the release may be promoted.
    Decided,
    /// Nothing is judged: there is no traffic left to compare with.
    Open,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stage {
    /// Share of the traffic for the new release, in percent.
    pub(crate) weight: i64,
    /// Seconds.
    pub(crate) min_duration: i64,
    /// Requests to the new release.
    pub(crate) min_requests: i64,
    pub(crate) until: Until,
}

impl Stage {
    fn new(step: &Step, until: Until) -> Result<Self, String> {
        let text = step.min_duration.as_deref();
        let seconds = text.map(duration::parse).transpose().map_err(|_| "min_duration is no duration".to_owned())?;
        Ok(Self {
            weight: step.weight,
            min_duration: seconds.map_or(MIN_DURATION, |it| i64::try_from(it.as_secs()).unwrap_or(i64::MAX)),
            min_requests: step.min_requests.unwrap_or(MIN_REQUESTS),
            until,
        })
    }
}

/// The steps of a strategy; `Err` says what is wrong with those that are configured.
pub(crate) fn stages(strategy: &str, steps: &[Step]) -> Result<Vec<Stage>, String> {
    let plain = |weight| Step { weight, min_duration: None, min_requests: None };
    if strategy != "canary" {
        let step = match steps {
            [] => plain(0),
            [one] if one.weight == 0 => one.clone(),
            _ => return Err(format!("{strategy} has at most one step, of weight 0: how long the release is judged")),
        };
        let judged = Stage::new(&step, Until::Decided)?;
        return Ok(if strategy == "shadow" {
            vec![judged]
        } else {
            vec![judged, Stage { min_duration: 0, ..Stage::new(&plain(100), Until::Open)? }]
        });
    }
    let defaults: Vec<Step>;
    let steps = if steps.is_empty() {
        defaults = WEIGHTS.into_iter().map(plain).collect();
        &defaults
    } else {
        steps
    };
    let rising = steps.windows(2).all(|pair| matches!(pair, [a, b] if a.weight < b.weight));
    let ends = steps.last().is_some_and(|last| last.weight == 100);
    if !rising || !ends || steps.len() < 2 || steps.first().is_some_and(|first| first.weight < 1) {
        return Err("give rising weights from 1 on that end with 100, at least two".to_owned());
    }
    let last = steps.len() - 1;
    let until = |index: usize| match index {
        index if index == last => Until::Open,
        index if index + 1 == last => Until::Decided,
        _ => Until::Calm,
    };
    steps.iter().enumerate().map(|(index, step)| Stage::new(step, until(index))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(weights: &[i64]) -> Vec<Step> {
        weights
            .iter()
            .map(|weight| Step { weight: *weight, min_duration: Some("2s".to_owned()), min_requests: None })
            .collect()
    }

    #[test]
    fn the_decision_falls_before_all_traffic_is_moved() {
        let found = stages("canary", &[]).unwrap();
        assert_eq!(found.iter().map(|it| it.weight).collect::<Vec<_>>(), WEIGHTS);
        assert_eq!((found[4].until, found[5].until, found[6].until), (Until::Calm, Until::Decided, Until::Open));
        assert_eq!((found[0].min_duration, found[0].min_requests), (300, 100));
        let found = stages("canary", &steps(&[50, 100])).unwrap();
        assert_eq!((found[0].until, found[0].min_duration, found[1].until), (Until::Decided, 2, Until::Open));
    }

    #[test]
    fn what_is_not_moved_in_steps_is_judged_in_one() {
        let of = |strategy: &str| stages(strategy, &[]).unwrap().iter().map(|it| it.weight).collect::<Vec<_>>();
        assert_eq!((of("blue_green"), of("shadow")), (vec![0, 100], vec![0]));
        assert_eq!(stages("shadow", &steps(&[0])).unwrap()[0].min_duration, 2);
        assert!(stages("shadow", &steps(&[5])).is_err());
    }

    #[test]
    fn steps_that_lead_nowhere_are_refused() {
        for weights in [&[100][..], &[5, 50], &[50, 5, 100], &[5, 5, 100], &[0, 100]] {
            assert!(stages("canary", &steps(weights)).is_err(), "{weights:?}");
        }
    }
}
