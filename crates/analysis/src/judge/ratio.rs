//! Error ratios and slow requests.

use std::ops::Range;

use super::{Learnt, arms, plotted};
use crate::config::{Analysis, Kind, Metric};
use crate::eprocess::{Dispersion, RatioProcess, detectable};
use crate::exact::{Counts, Interval, proportion_upper};
use crate::histogram;
use crate::ranks::mann_whitney;
use crate::report::{MetricReport, RatioReport, Verdict};
use crate::windows::{Observations, Series, Skipped, events};

/// The rule override: so sure (one-sided), of a ratio above this, with so many errors of the canary.
pub(super) const OVERRIDE_ALPHA: f64 = 0.005;
pub(super) const OVERRIDE_RATIO: f64 = 2.0;
pub(super) const OVERRIDE_EVENTS: f64 = 10.0;

/// The limits of a ratio that are shown, and that of a tolerable rate, leave out so much on each side.
const SHOWN_ALPHA: f64 = 0.025;
const TOLERABLE_ALPHA: f64 = 0.05;

/// Limits of the kinds that are counted.
struct Limits {
    max_ratio: f64,
    detectable: f64,
    tolerable: Option<f64>,
}

impl Limits {
    fn of(kind: &Kind) -> Self {
        match *kind {
            Kind::ErrorRatio { max_ratio, detectable, tolerable } => {
                Self { max_ratio, detectable, tolerable: Some(tolerable) }
            }
            Kind::Latency { max_ratio, detectable, .. } => Self { max_ratio, detectable, tolerable: None },
            // Never asked for.
            Kind::Gauge { .. } => Self { max_ratio: 1.0, detectable: 1.0, tolerable: None },
        }
    }
}

/// Answers the report, and the window at which it was clear that the canary has to go.
pub(super) fn judge(
    analysis: &Analysis,
    metric: &Metric,
    learnt: &Learnt,
    series: &Series,
    rollout: &Observations,
    indices: Range<usize>,
    alpha: f64,
) -> (MetricReport, Option<usize>) {
    let limits = Limits::of(&metric.kind);
    let latency = matches!(metric.kind, Kind::Latency { .. });
    let slow = slow_bound(metric, learnt, series);
    let dispersion = learnt.dispersion.or_else(|| latency.then(|| of_baseline(rollout, &metric.name, slow)).flatten());
    // Errors are taken as independent when there is no history to learn otherwise from.
    let testable = dispersion.is_some() || !latency;
    let factor = dispersion.map_or(1.0, |it| it.factor);

    let mut process = RatioProcess::new(limits.max_ratio, factor);
    let (mut sum, mut skipped, mut windows) = (Counts::default(), Skipped::default(), 0);
    let (mut highest, mut crossed, mut overridden) = (0.0_f64, None, false);
    let log_threshold = -alpha.ln();
    for index in indices.clone() {
        match series.counts(index, slow) {
            Err(gap) => skipped.count(gap),
            Ok(counts) => {
                windows += 1;
                sum.add(&counts);
                if testable {
                    highest = highest.max(process.observe(&counts));
                }
                let certain = !latency && is_overridden(&sum.rounded(), limits.max_ratio);
                if crossed.is_none() && (highest >= log_threshold || certain) {
                    crossed = Some(index);
                    overridden = certain && highest < log_threshold;
                }
            }
        }
    }
    let total = sum.rounded();
    let shown = detectable(&total, limits.max_ratio, factor, log_threshold);
    let interval = Interval { lower: total.ratio_lower(SHOWN_ALPHA), upper: total.ratio_upper(SHOWN_ALPHA) };
    let test = RatioReport {
        counts: total,
        slow_above: slow.and_then(|at| series.bounds.get(at).copied()),
        max_ratio: limits.max_ratio,
        ratio: total.ratio(),
        interval,
        log_evidence: highest,
        log_threshold,
        dispersion,
        detectable: shown,
        overridden,
    };
    let enough = Enough { analysis, limits: &limits, windows, skipped, testable, canary: sum.canary };
    let (verdict, reason) = decide(&test, crossed.map(|at| at - indices.start + 1), &enough);
    let (points, ..) = plotted(series, indices);
    let (canary, baseline) = arms(&points);
    let report = MetricReport {
        name: metric.name.clone(),
        critical: metric.critical,
        verdict: Some(verdict),
        reason,
        windows,
        skipped,
        test: Some(test),
        ranks: mann_whitney(&canary, &baseline),
        points,
    };
    (report, crossed)
}

/// The canary has ten errors or more, and the exact 99.5% lower limit of the ratio of all counts so far is above 2, or above the ratio that
/// is accepted if that is larger.
pub(super) fn is_overridden(total: &Counts, max_ratio: f64) -> bool {
    total.canary >= OVERRIDE_EVENTS && total.ratio_lower(OVERRIDE_ALPHA) > OVERRIDE_RATIO.max(max_ratio)
}

/// From history if its buckets are the same, otherwise from the baseline of the rollout: never from the canary.
fn slow_bound(metric: &Metric, learnt: &Learnt, series: &Series) -> Option<usize> {
    let Kind::Latency { slow_above, .. } = metric.kind else { return None };
    if learnt.slow.is_some() && learnt.bounds == series.bounds {
        return learnt.slow;
    }
    histogram::slow_bound(series, slow_above, series.baseline.iter())
}

/// The dispersion of the baseline of the rollout against itself.
fn of_baseline(rollout: &Observations, metric: &str, slow: Option<usize>) -> Option<Dispersion> {
    let series = rollout.of(metric)?;
    let counts: Vec<Counts> = series
        .baseline
        .chunks_exact(2)
        .filter_map(|pair| match pair {
            [first, second] => {
                let ((baseline, baseline_total), (canary, canary_total)) =
                    (events(first, slow).ok()?, events(second, slow).ok()?);
                Some(Counts { canary, canary_total, baseline, baseline_total })
            }
            _ => None,
        })
        .collect();
    Dispersion::of(&counts)
}

/// What a promotion needs.
struct Enough<'a> {
    analysis: &'a Analysis,
    limits: &'a Limits,
    windows: usize,
    skipped: Skipped,
    testable: bool,
    /// Events of the canary, which are no whole number where they were extrapolated.
    canary: f64,
}

fn decide(test: &RatioReport, crossed: Option<usize>, enough: &Enough<'_>) -> (Verdict, String) {
    let seen = seen(test);
    if let Some(window) = crossed {
        let how = if test.overridden {
            format!("the exact 99.5% lower limit is above x{}", OVERRIDE_RATIO.max(test.max_ratio))
        } else {
            format!("evidence {}", odds(test.log_evidence))
        };
        let allowed = test.max_ratio;
        return (
            Verdict::Rollback,
            format!("{seen}, more than the allowed x{allowed} ({how}, clear at window {window})"),
        );
    }
    let inconclusive = |why: String| (Verdict::Inconclusive, why);
    let Enough { analysis, limits, windows, skipped, testable, canary } = *enough;
    if skipped.excess > 0 {
        return inconclusive(format!(
            "in {} of {} windows more requests failed than there were: are the queries of failed and of all requests swapped?",
            skipped.excess,
            windows + skipped.total()
        ));
    }
    let skipped = skipped.total();
    if windows == 0 {
        return inconclusive("no window has data of both arms".to_owned());
    }
    if skipped > windows {
        return inconclusive(format!("{skipped} of {} windows have no usable data", windows + skipped));
    }
    if windows < analysis.min_windows {
        return inconclusive(format!("{windows} windows with data, at least {} are needed", analysis.min_windows));
    }
    if !testable {
        return inconclusive("too few windows of the baseline to see how much it varies".to_owned());
    }
    if test.log_evidence >= test.log_threshold / 2.0 {
        return inconclusive(format!("{seen}: suspicious, but not proven; more traffic would tell"));
    }
    // Part of an event is a whole one here: only so is the limit sure. Sums of fractions miss a whole number by less than this.
    let failed = (canary - 1e-6).ceil().clamp(0.0, test.counts.canary_total);
    let rate = proportion_upper(failed, test.counts.canary_total, TOLERABLE_ALPHA);
    if let Some(tolerable) = limits.tolerable.filter(|tolerable| rate <= *tolerable) {
        return (Verdict::Promote, format!("{seen}; the canary's rate is below {}% for sure", percent(tolerable)));
    }
    match test.detectable {
        Some(ratio) if ratio <= limits.detectable => {
            (Verdict::Promote, format!("{seen}; a ratio of x{} would have shown", rounded(ratio)))
        }
        Some(ratio) => inconclusive(format!(
            "{seen}; only a ratio of x{} or more would have shown, x{} is asked for: more traffic or time is needed",
            rounded(ratio),
            limits.detectable
        )),
        None => {
            inconclusive(format!("{seen}; the baseline shows too few to compare with: more traffic or time is needed"))
        }
    }
}

fn seen(test: &RatioReport) -> String {
    let Counts { canary, canary_total, baseline, baseline_total } = test.counts;
    let rate = |events: f64, total: f64| if total > 0.0 { percent(events / total) } else { "no".to_owned() };
    let ratio = match test.ratio {
        Some(ratio) => {
            let Interval { lower, upper } = test.interval;
            format!("x{} (95%: {} to {})", rounded(ratio), rounded(lower), rounded(upper))
        }
        None => "no ratio".to_owned(),
    };
    let what = test.slow_above.map_or_else(|| "failed".to_owned(), |bound| format!("above {bound}"));
    let (of_canary, of_baseline) = (rate(canary, canary_total), rate(baseline, baseline_total));
    format!(
        "{of_canary}% of {canary_total} requests {what}, {of_baseline}% of {baseline_total} on the baseline: {ratio}"
    )
}

/// An e-value as odds; beyond a million it makes no difference.
pub(super) fn odds(log_evidence: f64) -> String {
    const MILLION: f64 = 1e6;
    let evidence = log_evidence.exp();
    if evidence >= MILLION { "above a million to 1".to_owned() } else { format!("{} to 1", rounded(evidence)) }
}

pub(super) fn percent(share: f64) -> String {
    rounded(share * 100.0)
}

/// Two or three significant digits.
pub(super) fn rounded(value: f64) -> String {
    if !value.is_finite() {
        "unbounded".to_owned()
    } else if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else if value >= 0.1 || value <= 0.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.3}")
    }
}
