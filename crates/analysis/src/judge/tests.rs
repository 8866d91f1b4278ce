use super::ratio::{OVERRIDE_EVENTS, is_overridden};
use crate::config::{Analysis, Anomaly, Direction, Kind, Metric};
use crate::eprocess::RatioProcess;
use crate::exact::Counts;
use crate::report::Verdict;
use crate::windows::{Gap, Observations, Reading, Series, Windows};
use crate::{Report, analyse};

fn errors() -> Analysis {
    Analysis { metrics: vec![Metric::new("errors", Kind::error_ratio())], ..Analysis::default() }
}

fn observations(canary: Vec<Reading>, baseline: Vec<Reading>) -> Observations {
    let times = (1..=canary.len() as i64).map(|minute| minute * 60).collect();
    let series = Series { metric: "errors".to_owned(), bounds: Vec::new(), canary, baseline };
    Observations { times, series: vec![series] }
}

fn counted(events: f64, total: f64) -> Reading {
    Reading::errors(Ok(events), Ok(total))
}

fn judged(analysis: &Analysis, canary: Vec<Reading>, baseline: Vec<Reading>) -> Report {
    analyse(analysis, &Windows { rollout: observations(canary, baseline), ..Windows::default() }).unwrap()
}

#[test]
fn the_verdict_follows_the_errors() {
    let good = judged(&errors(), vec![counted(2.0, 300.0); 30], vec![counted(2.0, 300.0); 30]);
    assert_eq!((good.verdict, good.reasons.len()), (Verdict::Promote, 0));
    let bad = judged(&errors(), vec![counted(6.0, 300.0); 30], vec![counted(2.0, 300.0); 30]);
    assert_eq!(bad.verdict, Verdict::Rollback);
    assert!(bad.decided_at.unwrap() < 30 * 60);
    let reason = bad.reasons.first().unwrap();
    assert!(reason.contains("errors: 2.00% of 9000 requests failed, 0.67% of 9000 on the baseline: x3.00"), "{reason}");
}

#[test]
fn too_little_data_is_inconclusive() {
    for (events, total, windows, text) in [
        (0.0, 0.0, 30, "no window has data"),
        (2.0, 300.0, 9, "9 windows with data, at least 10"),
        (0.0, 30.0, 30, "too few to compare"),
        (1.0, 100.0, 12, "would have shown"),
    ] {
        let report = judged(&errors(), vec![counted(events, total); windows], vec![counted(events, total); windows]);
        assert_eq!(report.verdict, Verdict::Inconclusive, "{text}");
        assert!(report.reasons.concat().contains(text), "{:?} {text}", report.reasons);
    }
    let mut canary = vec![counted(2.0, 300.0); 40];
    canary.iter_mut().skip(15).for_each(|it| *it = Reading::Absent(Gap::NotANumber));
    let report = judged(&errors(), canary, vec![counted(2.0, 300.0); 40]);
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert!(report.reasons.concat().contains("25 of 40 windows"));
    assert_eq!(report.metrics.first().unwrap().skipped.not_a_number, 25);
}

#[test]
fn a_service_without_errors_is_promoted_once_its_rate_is_surely_low() {
    let report = judged(&errors(), vec![counted(0.0, 300.0); 30], vec![counted(0.0, 300.0); 30]);
    assert_eq!(report.verdict, Verdict::Promote, "{:?}", report.reasons);
}

#[test]
fn parts_of_events_are_not_lost() {
    // 13.8 errors in half an hour: rounded one by one they would be nothing, and "below 0.10% for sure".
    let report = judged(&errors(), vec![counted(0.46, 300.0); 30], vec![counted(0.06, 300.0); 30]);
    assert_ne!(report.verdict, Verdict::Promote, "{:?}", report.reasons);
    let test = report.metrics.first().unwrap().test.as_ref().unwrap();
    assert_eq!((test.counts.canary, test.counts.baseline), (14.0, 2.0));
    assert!(test.log_evidence > 0.0);
}

#[test]
fn swapped_queries_are_never_promoted() {
    for odd in [1, 30] {
        let mut canary = vec![counted(300.0, 1.0); odd];
        canary.resize(30, counted(0.0, 300.0));
        let report = judged(&errors(), canary, vec![counted(0.0, 300.0); 30]);
        assert_eq!(report.verdict, Verdict::Inconclusive);
        assert!(report.reasons.concat().contains(&format!("in {odd} of 30 windows")), "{:?}", report.reasons);
        assert!(report.reasons.concat().contains("swapped?"));
        assert_eq!(report.metrics.first().unwrap().skipped.excess, odd);
    }
}

#[test]
fn the_warm_up_is_left_out() {
    let canary = [vec![counted(200.0, 300.0); 5], vec![counted(2.0, 300.0); 30]].concat();
    let analysis = Analysis { warm_up: 5, ..errors() };
    let report = judged(&analysis, canary.clone(), vec![counted(2.0, 300.0); 35]);
    assert_eq!((report.verdict, report.windows, report.warm_up), (Verdict::Promote, 30, 5));
    assert_eq!(judged(&errors(), canary, vec![counted(2.0, 300.0); 35]).verdict, Verdict::Rollback);
}

#[test]
fn a_metric_that_is_not_critical_decides_nothing() {
    let mut analysis = errors();
    analysis.metrics.push(Metric { name: "extra".to_owned(), kind: Kind::error_ratio(), critical: false });
    let good = vec![counted(2.0, 300.0); 30];
    let mut rollout = observations(good.clone(), good.clone());
    rollout.series.push(Series {
        metric: "extra".to_owned(),
        bounds: Vec::new(),
        canary: vec![counted(90.0, 300.0); 30],
        baseline: good,
    });
    let report = analyse(&analysis, &Windows { rollout, ..Windows::default() }).unwrap();
    assert_eq!(report.verdict, Verdict::Promote);
    assert_eq!(report.metrics.last().unwrap().verdict, Some(Verdict::Rollback));
    assert!((report.alpha_per_test - 0.05).abs() < 1e-12);
}

#[test]
fn the_rule_override_never_fires_before_the_test_at_its_own_level() {
    // So that it costs nothing of the false-positive rate: all counts up to 400 errors, for a gate that splits 5% over 5 tests.
    let threshold = 100.0_f64.ln();
    let mut fired = 0;
    for canary in 0..200_u32 {
        for baseline in 0..200_u32 {
            let counts = Counts {
                canary: f64::from(canary),
                canary_total: 1e5,
                baseline: f64::from(baseline),
                baseline_total: 1e5,
            };
            if is_overridden(&counts, 1.1) {
                fired += 1;
                let evidence = RatioProcess::new(1.1, 1.0).observe(&counts);
                assert!(counts.canary >= OVERRIDE_EVENTS && evidence >= threshold, "{canary} {baseline} {evidence}");
            }
        }
    }
    assert!(fired > 1000);
}

#[test]
fn the_rule_override_accepts_what_is_accepted() {
    let counts = Counts { canary: 400.0, canary_total: 1e4, baseline: 100.0, baseline_total: 1e4 };
    assert!(is_overridden(&counts, 1.1) && is_overridden(&counts, 1.9) && !is_overridden(&counts, 6.0));
    let few = Counts { canary: 9.0, canary_total: 1e4, baseline: 0.0, baseline_total: 1e6 };
    assert!(!is_overridden(&few, 1.1));
    let kind = Kind::ErrorRatio { max_ratio: 6.0, detectable: 12.0, tolerable: 0.001 };
    let analysis = Analysis { metrics: vec![Metric::new("errors", kind)], ..Analysis::default() };
    let report = judged(&analysis, vec![counted(12.0, 300.0); 30], vec![counted(3.0, 300.0); 30]);
    assert_ne!(report.verdict, Verdict::Rollback, "{:?}", report.reasons);
}

#[test]
fn the_anomaly_test_says_what_it_lacks() {
    let analysis = Analysis { anomaly: Some(Anomaly::default()), ..errors() };
    let good = vec![counted(2.0, 300.0); 30];
    let report = judged(&analysis, good.clone(), good);
    assert_eq!((report.verdict, report.anomaly_score), (Verdict::Inconclusive, None));
    assert!(report.reasons.concat().contains("history has 0 windows"), "{:?}", report.reasons);
}

#[test]
fn data_of_another_kind_are_refused() {
    let analysis = Analysis {
        metrics: vec![
            Metric::new("errors", Kind::latency()),
            Metric::new("cpu", Kind::Gauge { worse: Direction::Higher }),
        ],
        ..Analysis::default()
    };
    let rollout = observations(vec![counted(1.0, 2.0)], vec![counted(1.0, 2.0)]);
    let error = analyse(&analysis, &Windows { rollout, ..Windows::default() }).unwrap_err().to_string();
    assert!(error.contains("\"errors\"") && error.contains("bucket bounds"), "{error}");
}
