//! Rules between the arguments of a gate, checked as far as values are known.

use tfplugin::prelude::*;
use tfplugin::validate::Validator;
use tfplugin::value::Value;

use super::model::{Check, RolloutGate};
use super::settings::Asking;
use super::stages::stages;

/// What may be done about data that do not decide.
pub(crate) const REACTIONS: &[&str] = &["hold", "rollback", "extend"];

fn text(expectation: &str, fits: impl Fn(&str) -> bool + Send + Sync + 'static) -> Validator {
    Validator::new(expectation, move |value| matches!(value, Value::String(text) if fits(text)))
}

/// A name that can be part of an address.
pub(crate) fn service_name() -> Validator {
    text("letters, digits, hyphens, underscores and dots", parapet_analysis::delivery::is_service)
}

/// An address of HTTP.
pub(crate) fn http_address() -> Validator {
    text("an address that begins with http:// or https://", |text| parapet_metrics::address(text).is_ok())
}

/// A time.
pub(crate) fn timestamp() -> Validator {
    text("a time such as 2027-01-31T09:30:00Z", |text| text.parse::<jiff::Timestamp>().is_ok())
}

/// Whether something is written; `None` while that is not known, as of a dynamic block over a variable.
pub(crate) fn given<T>(value: &Known<T>) -> Option<bool> {
    match value {
        Known::Value(_) => Some(true),
        Known::Null => Some(false),
        Known::Unknown => None,
    }
}

/// Whether it is known that none is given, or more than one.
pub(crate) fn is_not_one(given: &[Option<bool>]) -> bool {
    let certain = given.iter().filter(|it| **it == Some(true)).count();
    let possible = given.iter().filter(|it| **it != Some(false)).count();
    certain > 1 || possible == 0
}

pub(super) fn check(config: View<'_, RolloutGate>, problems: &mut Problems) {
    let paths = RolloutGate::paths();
    let sources = [given(&config.get(&paths.prometheus)), given(&config.get(&paths.cloudwatch))];
    if is_not_one(&sources) {
        let detail = "Write exactly one of the blocks `prometheus` and `cloudwatch`.";
        problems.error(tfplugin::path::Path::root(), "One place for metrics is needed", detail);
    }
    traffic(config, problems);
    let tls = paths.prometheus.fields().tls.fields();
    let shown = (given(&config.get(&tls.client_certificate)), given(&config.get(&tls.client_key)));
    if let Some((missing, other)) = match shown {
        (Some(true), Some(false)) => Some((&tls.client_key, "client_certificate")),
        (Some(false), Some(true)) => Some((&tls.client_certificate, "client_key")),
        _ => None,
    } {
        let detail = format!("`{other}` is given without it: who shows a certificate needs both.");
        problems.error(missing, "Half of a client certificate", detail);
    }
    let strategy = match config.get(&paths.strategy) {
        Known::Null => Some("canary".to_owned()),
        Known::Value(strategy) => Some(strategy),
        Known::Unknown => None,
    };
    let steps = match config.get(&paths.step) {
        Known::Null => Some(Vec::new()),
        Known::Value(steps) => Some(steps),
        Known::Unknown => None,
    };
    if let (Some(strategy), Some(steps)) = (strategy, steps)
        && let Err(problem) = stages(&strategy, &steps)
    {
        problems.error(&paths.step, "Steps that lead nowhere", format!("{strategy}: {problem}."));
    }
    judged(config, problems);
    if let Known::Value(checks) = config.get(&paths.check) {
        for (index, check) in checks.iter().enumerate() {
            let at = paths.check.index(index);
            let [prometheus, _] = sources;
            if let Err(problem) = probe(check, prometheus != Some(false)) {
                problems.error(&at, format!("The check {} has nothing to look at", check.name), problem);
            }
        }
    }
}

fn probe(check: &Check, has_prometheus: bool) -> Result<(), &'static str> {
    let given = [check.http.is_some(), check.promql.is_some(), check.policy.is_some()];
    if given.iter().filter(|given| **given).count() != 1 {
        return Err("Write exactly one of the blocks `http`, `promql` and `policy`.");
    }
    if check.promql.is_some() && !has_prometheus {
        return Err("`promql` is asked of the block `prometheus`, which is missing.");
    }
    Ok(())
}

fn traffic(config: View<'_, RolloutGate>, problems: &mut Problems) {
    let paths = RolloutGate::paths();
    let fields = paths.traffic.fields();
    let ways = [
        given(&config.get(&fields.global_accelerator)),
        given(&config.get(&fields.load_balancer)),
        given(&config.get(&fields.external)),
    ];
    if is_not_one(&ways) {
        let detail = "Write `traffic` with exactly one of `global_accelerator`, `load_balancer` and `external`.";
        problems.error(&paths.traffic, "One way to move traffic is needed", detail);
    }
    let (accelerator, balancer) = (fields.global_accelerator.fields(), fields.load_balancer.fields());
    for (stable, canary) in [
        (accelerator.stable_endpoint, accelerator.canary_endpoint),
        (balancer.stable_target_group_arn, balancer.canary_target_group_arn),
    ] {
        if let (Known::Value(one), Known::Value(other)) = (config.get(&stable), config.get(&canary))
            && one == other
        {
            problems.error(&canary, "Both releases in one place", format!("{one} is that of the stable release, too."));
        }
    }
}

/// Metrics that can be asked for and can decide.
fn judged(config: View<'_, RolloutGate>, problems: &mut Problems) {
    let paths = RolloutGate::paths();
    let Known::Value(metrics) = config.get(&paths.metric) else { return };
    let (Some(canary), Some(baseline)) =
        (settled(config.get(&paths.canary_matchers)), settled(config.get(&paths.baseline_matchers)))
    else {
        return;
    };
    let (Some(halves), Some(anomaly)) =
        (settled(config.get(&paths.half_matchers)), settled(config.get(&paths.anomaly)))
    else {
        return;
    };
    let (Some(rate), Some(window), Some(warm_up)) = (
        settled(config.get(&paths.false_positive_rate)),
        settled(config.get(&paths.window)),
        settled(config.get(&paths.warm_up)),
    ) else {
        return;
    };
    let asking = Asking {
        metrics: &metrics,
        canary: canary.as_deref(),
        baseline: baseline.as_deref(),
        halves: halves.as_deref(),
        anomaly: anomaly.as_ref(),
        false_positive_rate: rate.unwrap_or(0.05),
        window: window.as_deref().unwrap_or("1m"),
        warm_up: warm_up.as_deref().unwrap_or("0s"),
        is_cloudwatch: given(&config.get(&paths.cloudwatch)) == Some(true),
    };
    if let Err(error) = asking.judging(&paths.metric) {
        problems.extend(error);
    }
}

/// What is known for sure: a value, or that there is none.
fn settled<T>(value: Known<T>) -> Option<Option<T>> {
    match value {
        Known::Value(value) => Some(Some(value)),
        Known::Null => Some(None),
        Known::Unknown => None,
    }
}
