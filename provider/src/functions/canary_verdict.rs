//! `provider::parapet::canary_verdict(baseline, canary)`

use parapet_analysis::{Analysis, Kind, Metric, Observations, Reading, Series, Windows, analyse};
use tfplugin::prelude::*;

/// The one metric.
const ERRORS: &str = "errors";

/// What one release did in one window.
#[derive(Clone, Debug, PartialEq, Model)]
struct Window {
    /// Requests that failed.
    errors: f64,
    /// All requests.
    requests: f64,
}

/// The verdict and why.
#[derive(Clone, Debug, PartialEq, Model)]
struct Answer {
    /// `promote`, `rollback` or `inconclusive`.
    verdict: Computed<String>,
    /// Why.
    reason: Computed<String>,
    /// Ratio of error rates, new to stable; null when the stable release has none.
    ratio: Computed<f64>,
    /// Lower limit of it (exact, 95%).
    ratio_lower: Computed<f64>,
    /// Upper limit of it; null when data put none.
    ratio_upper: Computed<f64>,
}

/// The function.
pub(crate) fn canary_verdict() -> Function {
    Function::new(
        "canary_verdict",
        "Whether a canary fails more than the release beside it.",
        &[
            ("baseline", "Windows of the release that runs: a list of objects with `errors` and `requests`."),
            ("canary", "Windows of the new release, over the same time, in the same order."),
        ],
        call,
    )
    .describe(
        "Whether a canary fails more than the release beside it: an object with `verdict` (`promote`, `rollback` or `inconclusive`), `reason`, \
         `ratio`, `ratio_lower` and `ratio_upper`. The test is that of `parapet_rollout_gate`, with its defaults: a canary whose error rate is at \
         most 1.1 times that of the baseline is rolled back with a probability of at most 5%, however often one looks while windows are added. \
         Too little data is inconclusive. One window with all counts will do.",
    )
}

fn call(baseline: Vec<Window>, canary: Vec<Window>) -> Result<Answer, FunctionError> {
    if baseline.len() != canary.len() {
        let text = format!(
            "{} windows of the canary, and {} of the baseline: give one of each for the same time",
            canary.len(),
            baseline.len()
        );
        return Err(FunctionError::new(text).argument(1));
    }
    let arm = |windows: &[Window], argument: usize| {
        let impossible =
            windows.iter().find(|it| !(it.errors >= 0.0 && it.requests >= it.errors && it.requests.is_finite()));
        match impossible {
            Some(Window { errors, requests }) => {
                let text = format!(
                    "{errors} errors of {requests} requests cannot be: both are counts, errors the smaller one"
                );
                Err(FunctionError::new(text).argument(argument))
            }
            None => Ok(windows.iter().map(|it| Reading::errors(Ok(it.errors), Ok(it.requests))).collect::<Vec<_>>()),
        }
    };
    let series = Series {
        metric: ERRORS.to_owned(),
        bounds: Vec::new(),
        canary: arm(&canary, 1)?,
        baseline: arm(&baseline, 0)?,
    };
    let analysis = Analysis {
        metrics: vec![Metric::new(ERRORS, Kind::error_ratio())],
        // Counts may have been added up already.
        min_windows: 1,
        ..Analysis::default()
    };
    let times = (1..).take(canary.len()).collect();
    let windows = Windows { rollout: Observations { times, series: vec![series] }, ..Windows::default() };
    let report = analyse(&analysis, &windows).map_err(|error| FunctionError::new(error.to_string()))?;
    let metric = report.metrics.first();
    let test = metric.and_then(|it| it.test.as_ref());
    let limits = test.filter(|it| it.ratio.is_some()).map(|it| it.interval);
    Ok(Answer {
        verdict: report.verdict.as_str().to_owned().into(),
        reason: metric.map(|it| it.reason.clone()).into(),
        ratio: test.and_then(|it| it.ratio).into(),
        ratio_lower: limits.map(|it| it.lower).into(),
        ratio_upper: limits.map(|it| it.upper).filter(|it| it.is_finite()).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(count: usize, errors: f64, requests: f64) -> Vec<Window> {
        vec![Window { errors, requests }; count]
    }

    fn verdict(baseline: Vec<Window>, canary: Vec<Window>) -> String {
        call(baseline, canary).unwrap().verdict.into_known().unwrap()
    }

    #[test]
    fn counts_decide() {
        assert_eq!(verdict(windows(30, 2.0, 300.0), windows(30, 8.0, 300.0)), "rollback");
        assert_eq!(verdict(windows(30, 4.0, 600.0), windows(30, 4.0, 600.0)), "promote");
        assert_eq!(verdict(windows(1, 60.0, 9000.0), windows(1, 240.0, 9000.0)), "rollback");
        assert_eq!(verdict(windows(1, 1.0, 50.0), windows(1, 2.0, 50.0)), "inconclusive");
        assert_eq!(verdict(Vec::new(), Vec::new()), "inconclusive");
        let found = call(windows(1, 60.0, 9000.0), windows(1, 120.0, 9000.0)).unwrap();
        assert_eq!(found.ratio, Computed::Known(2.0));
        assert!(found.ratio_lower.known().is_some_and(|it| *it > 1.4) && found.ratio_upper.known().is_some());
    }

    #[test]
    fn what_cannot_be_is_said_at_its_argument() {
        for (baseline, canary, argument) in [
            (windows(2, 1.0, 9.0), windows(1, 1.0, 9.0), 1),
            (windows(1, 10.0, 9.0), windows(1, 1.0, 9.0), 0),
            (windows(1, 1.0, 9.0), windows(1, -1.0, 9.0), 1),
        ] {
            assert_eq!(call(baseline, canary).unwrap_err().argument, Some(argument));
        }
    }
}
