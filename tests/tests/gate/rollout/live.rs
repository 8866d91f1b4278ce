//! A service that fails: scraped, judged, rolled back, pushed, reported.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use parapet_tests::tools::Terraform;
use serde_json::json;

use super::stack::Stack;
use crate::server::{Prometheus, Tools, get, pushgateway, run};
use crate::service::Arm;

pub(crate) fn rolled_back(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (stable, canary) = (Arm::start(200)?, Arm::start(5)?);
    stable.load();
    canary.load();
    let gateway = pushgateway(tools, dir.path())?;
    let target = |track: &str, port: u16| {
        format!("{{targets: ['127.0.0.1:{port}'], labels: {{service: shop, track: {track}}}}}")
    };
    let scrape = format!(
        "[{{job_name: shop, static_configs: [{}, {}]}}]",
        target("stable", stable.port),
        target("canary", canary.port)
    );
    let prometheus = Prometheus::new(tools, "", &scrape)?;
    let server = prometheus.start()?;
    // The first two scrapes of both arms.
    let scraped = Instant::now();
    while !get(server.port, "/api/v1/query?query=count(count_over_time(requests_total[1m])>1)")?.contains("\"2\"]") {
        ensure!(scraped.elapsed() < Duration::from_secs(60), "Prometheus scraped nothing in a minute");
        std::thread::sleep(Duration::from_millis(200));
    }
    let stack = Stack::new(terraform, &server.url(), "shop")?;
    let push = format!("-var=pushgateway_url={}", gateway.url());
    // What has to hold before does not: nobody answers there.
    let closed = format!("-var=probe_url=http://127.0.0.1:{}", crate::server::free_port());
    let more = ["-var=window=4s", "-var=max_duration=50s"];
    stack
        .roll_out(&[&more[..], &[&closed]].concat())?
        .fails()
        .says("check answers before")
        .says("Nothing has been changed");
    stack.stands("v1", 0, None)?;

    stack
        .roll_out(&[&more[..], &[&push]].concat())?
        .fails()
        .says("v2 was not promoted: rollback")
        .says("errors: rollback:");
    let gate = stack.stands("v1", 0, Some("rollback"))?;
    let errors = &gate["metric_results"][0];
    ensure!(errors["ratio"].as_f64().is_some_and(|it| it > 3.0), "{gate:#}");

    let pushed = get(gateway.port, "/metrics")?;
    for name in ["deployment_duration_seconds{", "deployment_info{", "deployment_restored_timestamp_seconds{"] {
        let line =
            pushed.lines().find(|line| line.starts_with(name)).with_context(|| format!("no {name} in\n{pushed}"))?;
        ensure!(line.contains("service=\"shop\"") && line.contains("release=\"v2\""), "{line}");
    }
    ensure!(pushed.lines().any(|it| it.starts_with("deployment_verdict{") && it.ends_with("verdict=\"rollback\"} 1")));

    let reports = stack.reports()?;
    ensure!(reports.len() == 1 && reports[0]["service"] == json!("shop"), "{reports:#?}");
    let directory = stack.workspace.path().join("reports");
    run(&["report", "delivery", &directory.to_string_lossy()])?.exits(0).says("change failure rate: 100% (1 of 1)");
    Ok(())
}
