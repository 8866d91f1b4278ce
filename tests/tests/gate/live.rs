//! From a service that fails to the measures of delivery: scraped, judged, pushed, scraped again, reported.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::server::{Prometheus, Tools, get, pushgateway, run};
use super::service::Arm;

pub(crate) fn rolled_back(tools: &Tools) -> Result<()> {
    let dir = tempfile::tempdir()?;
    let at = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
    let (stable, canary) = (Arm::start(200)?, Arm::start(5)?);
    stable.load();
    canary.load();
    let gateway = pushgateway(tools, dir.path())?;
    let target = |track: &str, port: u16| format!("{{targets: ['127.0.0.1:{port}'], labels: {{track: {track}}}}}");
    let scrape = format!(
        "[{{job_name: shop, static_configs: [{}, {}]}}, {{job_name: push, honor_labels: true, static_configs: [{{targets: ['127.0.0.1:{}']}}]}}]",
        target("stable", stable.port),
        target("canary", canary.port),
        gateway.port
    );
    let prometheus = Prometheus::new(tools, "", &scrape)?;
    let server = prometheus.start()?;
    // The first two scrapes of both arms.
    let scraped = Instant::now();
    while !get(server.port, "/api/v1/query?query=count(count_over_time(requests_total[1m])>1)")?.contains("\"2\"]") {
        ensure!(scraped.elapsed() < Duration::from_secs(60), "Prometheus scraped nothing in a minute");
        std::thread::sleep(Duration::from_millis(200));
    }
    let (url, push) = (server.url(), gateway.url());
    let (report, page) = (at("reports/rollout.json"), at("rollout.html"));
    fs::create_dir(dir.path().join("reports"))?;
    let arms = ["--canary", "track=\"canary\"", "--baseline", "track=\"stable\""];
    let queries = [
        "--errors",
        "sum(increase(errors_total{$arm}[$window]))",
        "--total",
        "sum(increase(requests_total{$arm}[$window]))",
    ];
    let args = ["gate", "canary", "--prometheus", &url, "--watch", "--window", "4s", "--duration", "60s"];
    let told = ["--pushgateway", &push, "--report", &report, "--html", &page, "--service", "shop", "--release", "v2"];
    let run_of = run(&[&args[..], &arms, &queries, &told].concat())?;
    ensure!(run_of.elapsed < Duration::from_secs(50), "it was watched to the end:\n{run_of}");
    run_of.exits(1).says("ROLLBACK");

    let written: Value = serde_json::from_str(&fs::read_to_string(&report)?)?;
    for (field, value) in
        [("/format", "parapet-rollout/1"), ("/verdict", "rollback"), ("/analysis/metrics/0/verdict", "rollback")]
    {
        ensure!(written.pointer(field).and_then(Value::as_str) == Some(value), "{field} is not {value}: {written:#}");
    }
    let html = fs::read_to_string(&page)?;
    ensure!(html.contains("<svg") && html.contains("class=\"canary\"") && !html.contains("<script"), "{html}");

    let pushed = get(gateway.port, "/metrics")?;
    for name in ["deployment_duration_seconds{", "deployment_info{", "deployment_verdict{"] {
        let line =
            pushed.lines().find(|line| line.starts_with(name)).with_context(|| format!("no {name} in\n{pushed}"))?;
        ensure!(line.contains("service=\"shop\"") && line.contains("release=\"v2\""), "{line}");
    }
    ensure!(pushed.lines().any(|it| it.starts_with("deployment_verdict{") && it.ends_with("verdict=\"rollback\"} 1")));

    // From files and from Prometheus the measures are the same.
    let reports = at("reports");
    let says = "change failure rate: 100% (1 of 1)";
    run(&["report", "delivery", &reports, "--check"])?.exits(1).says(says);
    let pushed = Instant::now();
    while !get(server.port, "/api/v1/query?query=deployment_info")?.contains("\"v2\"") {
        ensure!(pushed.elapsed() < Duration::from_secs(60), "Prometheus never scraped the Pushgateway");
        std::thread::sleep(Duration::from_millis(200));
    }
    run(&["report", "delivery", "--prometheus", &url, "--service", "shop", "--check"])?.exits(1).says(says);
    run(&["report", "delivery", "--prometheus", &url, "--service", "cart"])?.exits(0).says("none of 0 rollouts");

    // The verdict stays, whoever could not be told of it; a promotion nobody heard of is an error.
    drop(gateway);
    let run_of = run(&[&args[..], &arms, &queries, &told].concat())?;
    run_of.exits(1).says("the Pushgateway");
    Ok(())
}
