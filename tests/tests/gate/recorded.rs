//! Verdicts on recorded series: they take seconds, where the rollouts took an hour.

use anyhow::Result;
use parapet_tests::process::Run;

use super::series::{self, ERRORS, SLOW, Service};
use super::server::{Prometheus, Tools, run};

/// Judges the last hour of a service.
pub(crate) fn judge(url: &str, service: &str, more: &[&str]) -> Result<Run> {
    let canary = format!("service=\"{service}\",track=\"canary\"");
    let stable = format!("service=\"{service}\",track=\"stable\"");
    let args = [
        "gate",
        "canary",
        "--prometheus",
        url,
        "--canary",
        &canary,
        "--baseline",
        &stable,
        "--errors",
        "sum(increase(errors_total{$arm}[$window]))",
        "--total",
        "sum(increase(requests_total{$arm}[$window]))",
    ];
    run(&[&args, more].concat())
}

const LATENCY: [&str; 2] = ["--latency", "sum by (le) (increase(latency_bucket{$arm}[$window]))"];
const HOUR: [&str; 2] = ["--duration", "60m"];

pub(crate) fn counts_decide(tools: &Tools) -> Result<()> {
    let services = [
        Service::good("good"),
        Service { errors: 4.0 * ERRORS, ..Service::good("errors") },
        Service { slow: 2.0 * SLOW, ..Service::good("latency") },
        Service { errors: 0.2 * ERRORS, slow: 0.5 * SLOW, ..Service::good("better") },
    ];
    let prometheus = Prometheus::new(tools, &series::recorded(&services), "[]")?;
    let server = prometheus.start()?;
    let of = |service: &str| judge(&server.url(), service, &[&LATENCY[..], &HOUR].concat());
    of("good")?.exits(0).says("PROMOTE after 60 windows");
    of("better")?.exits(0).says("PROMOTE");
    of("errors")?.exits(1).says("ROLLBACK").says("errors: rollback").says("latency: promote");
    of("latency")?.exits(1).says("ROLLBACK").says("latency: rollback").says("errors: promote");
    Ok(())
}

pub(crate) fn memory_alone(tools: &Tools) -> Result<()> {
    let long = |name| Service { windows: 1300, requests: 300, ..Service::good(name) };
    let services = [Service { memory: 1.3, ..long("memory") }, long("steady")];
    let prometheus = Prometheus::new(tools, &series::recorded(&services), "[]")?;
    let server = prometheus.start()?;
    let gauge = ["--gauge", "memory=avg(avg_over_time(memory_bytes{$arm}[$window]))", "--history", "1200m"];
    for (service, code, says) in [("memory", 1, "anomaly test: rollback"), ("steady", 0, "anomaly test: promote")] {
        let half = |name: &str| format!("service=\"{service}\",half=\"{name}\"");
        let halves = ["--half", &half("a"), "--half", &half("b")];
        let run = judge(&server.url(), service, &[&HOUR[..], &gauge, &halves].concat())?;
        run.exits(code).says(says).says("errors: promote");
    }
    // Without history nothing tests memory by itself: what is not tested is not rolled back.
    judge(&server.url(), "memory", &[&HOUR[..], &gauge[..2]].concat())?.exits(0).says("memory: observed");
    Ok(())
}

pub(crate) fn no_data(tools: &Tools) -> Result<()> {
    let services = [Service { requests: 0, ..Service::good("idle") }, Service { nan: true, ..Service::good("nan") }];
    let prometheus = Prometheus::new(tools, &series::recorded(&services), "[]")?;
    let server = prometheus.start()?;
    let of = |service: &str| judge(&server.url(), service, &HOUR);
    of("idle")?.exits(3).says("INCONCLUSIVE").says("skipped windows: 60 no traffic");
    of("nan")?.exits(3).says("INCONCLUSIVE").says("skipped windows: 60 no number");
    of("nobody")?.exits(3).says("INCONCLUSIVE").says("skipped windows: 60 missing");
    Ok(())
}

pub(crate) fn many_series(tools: &Tools) -> Result<()> {
    let prometheus = Prometheus::new(tools, &series::pods(20_000), "[]")?;
    let server = prometheus.start()?;
    let of = |open: &str, close: &str| {
        let query = |name: &str| format!("{open}increase({name}{{$arm}}[$window]){close}");
        let url = server.url();
        let (errors, total) = (query("pod_errors_total"), query("pod_requests_total"));
        let arms = ["--canary", "track=\"canary\"", "--baseline", "track=\"stable\"", "--duration", "3m"];
        let args = ["gate", "canary", "--prometheus", &url, "--errors", &errors, "--total", &total];
        run(&[&args[..], &arms].concat())
    };
    of("", "")?.exits(2).says("answers 10000 series, one is needed");
    of("sum(", ")")?.exits(3).says("3 windows with data");
    Ok(())
}
