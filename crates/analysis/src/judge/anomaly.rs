//! The test for shifts of all metrics together.

use std::collections::BTreeMap;

use super::ratio::{odds, rounded};
use crate::config::{Analysis, Anomaly};
use crate::conformal::{Bet, Calibration};
use crate::features::{self, OneSided};
use crate::forest::Forest;
use crate::random::Random;
use crate::report::{AnomalyReport, Verdict};
use crate::windows::{Gap, Observations};

/// A forest, and how unusual usual windows look to it.
#[derive(Debug, Clone)]
pub(super) struct Model {
    /// The metrics the gate depends on.
    analysis: Analysis,
    sided: OneSided,
    forest: Forest,
    calibration: Calibration,
    training: usize,
    calibrated: usize,
    seed: u64,
}

impl Model {
    /// The latest windows are held out for calibration; `Err` says what is missing.
    pub(super) fn fit(analysis: &Analysis, anomaly: &Anomaly, history: &Observations) -> Result<Self, String> {
        let metrics = analysis.metrics.iter().filter(|metric| metric.critical).cloned().collect();
        let analysis = Analysis { metrics, ..analysis.clone() };
        let points: Vec<Vec<f64>> =
            (0..history.len()).filter_map(|index| features::of(&analysis, history, index).ok()).collect();
        let Anomaly { min_training, calibration, seed } = *anomaly;
        let needed = min_training + calibration;
        if points.len() < needed {
            let (found, all) = (points.len(), history.len());
            return Err(format!(
                "history has {found} windows with every metric (of {all}), {needed} are needed: take more of it, or shorter windows"
            ));
        }
        let (training, held_out) = points.split_at(points.len() - calibration);
        let sided = OneSided::new(training, features::two_sided(&analysis));
        let training: Vec<Vec<f64>> = training.iter().map(|point| sided.apply(point)).collect();
        let forest = Forest::fit(&training, seed);
        let scores: Vec<f64> = held_out.iter().map(|point| forest.score(&sided.apply(point))).collect();
        Ok(Self {
            analysis,
            sided,
            forest,
            calibration: Calibration::new(&scores),
            training: training.len(),
            calibrated: scores.len(),
            seed,
        })
    }
}

/// Answers the report, and the window at which it was clear that the canary has to go.
pub(super) fn judge(
    analysis: &Analysis,
    model: &Result<Model, String>,
    rollout: &Observations,
    warm_up: usize,
    alpha: f64,
) -> (AnomalyReport, Option<usize>) {
    let mut report = AnomalyReport {
        verdict: Verdict::Inconclusive,
        reason: String::new(),
        windows: 0,
        skipped: 0,
        training: 0,
        calibration: 0,
        inflation: 1.0,
        log_evidence: 0.0,
        log_threshold: -alpha.ln(),
        scores: Vec::new(),
        farthest: None,
    };
    let model = match model {
        Ok(model) => model,
        Err(missing) => {
            report.reason.clone_from(missing);
            return (report, None);
        }
    };
    report.training = model.training;
    report.calibration = model.calibrated;
    report.inflation = model.calibration.inflation;

    let mut bet = Bet::new(model.calibration.inflation);
    let mut crossed = None;
    let mut points = Vec::new();
    let mut absent: BTreeMap<(String, Gap), usize> = BTreeMap::new();
    for index in warm_up..rollout.len() {
        match features::of(&model.analysis, rollout, index) {
            Err(cause) => {
                report.skipped += 1;
                *absent.entry(cause).or_default() += 1;
            }
            Ok(point) => {
                let point = model.sided.apply(&point);
                // A stream for each window: a window that is skipped or added does not change the p-values of others.
                let at = rollout.times.get(index).copied().unwrap_or_default();
                let mut random = Random::split(model.seed, at.unsigned_abs());
                let p = model.calibration.p_value(model.forest.score(&point), &mut random);
                report.scores.push(1.0 - p);
                report.log_evidence = report.log_evidence.max(bet.observe(p));
                if crossed.is_none() && report.log_evidence >= report.log_threshold {
                    crossed = Some(index);
                }
                points.push(point);
            }
        }
    }
    report.windows = points.len();
    let names = features::names(&model.analysis);
    let farthest = model.sided.farthest(&points).and_then(|(index, by)| Some((names.get(index)?, by)));
    report.farthest = farthest.map(|(name, by)| format!("{name}, {} times its usual spread", rounded(by)));
    (report.verdict, report.reason) = if let Some(at) = crossed {
        let evidence = odds(report.log_evidence);
        let window = at - warm_up + 1;
        let what = report.farthest.as_deref().unwrap_or("nothing");
        let text = format!(
            "canary and baseline differ as equal arms never do; farthest out: {what} (evidence {evidence}, clear at window {window})"
        );
        (Verdict::Rollback, text)
    } else if report.windows < analysis.min_windows {
        let most = absent.iter().max_by_key(|(_, count)| **count);
        let cause = most.map_or_else(String::new, |((name, gap), count)| {
            let gap = match gap {
                Gap::Missing => "is missing",
                Gap::NotANumber => "is no number",
                Gap::Stale => "is stale",
                Gap::NoTraffic => "has no traffic",
                Gap::Excess => "has more failed requests than requests",
            };
            format!(" ({name} {gap} in {count})")
        });
        let (found, needed) = (report.windows, analysis.min_windows);
        (Verdict::Inconclusive, format!("{found} windows with every metric, at least {needed} are needed{cause}"))
    } else if report.log_evidence >= report.log_threshold / 2.0 {
        (Verdict::Inconclusive, "suspicious, but not proven; more time would tell".to_owned())
    } else {
        (Verdict::Promote, "canary and baseline differ no more than equal arms do".to_owned())
    };
    (report, crossed)
}
