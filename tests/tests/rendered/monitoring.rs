//! Rules, dashboards and routes in the programs of Prometheus that read them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use parapet_tests::process::{self, Run};
use serde_json::{Value, json};

use crate::snapshot;

/// What the alerts do when two of a hundred requests fail for two hours, and when that is over.
const BURN_RATES: &str = include_str!("burn_rates.test.yaml");

fn run(program: PathBuf, args: &[&str], dir: &Path) -> Result<Run> {
    let mut command = Command::new(program);
    command.args(args).current_dir(dir).env("HOME", dir);
    Ok(process::run(command, Duration::from_secs(120))?)
}

fn promtool(prometheus: &Path, args: &[&str], dir: &Path) -> Result<Run> {
    run(prometheus.join("usr/bin/promtool"), args, dir)
}

/// The rules of the example, as a file of Prometheus. YAML takes JSON.
fn write_rules(dir: &Path) -> Result<()> {
    let rule = snapshot::object("observability", "slos")?;
    Ok(fs::write(dir.join("rules.yaml"), rule["spec"].to_string())?)
}

/// A file within a ConfigMap of the example.
fn data(name: &str, file: &str) -> Result<String> {
    let map = snapshot::object("observability", name)?;
    map["data"][file].as_str().map(str::to_owned).with_context(|| format!("{name} has no {file}"))
}

pub(crate) fn rules(prometheus: &Path) -> Result<()> {
    let dir = tempfile::tempdir()?;
    write_rules(dir.path())?;
    promtool(prometheus, &["check", "rules", "--lint-fatal", "rules.yaml"], dir.path())?
        .succeeds()
        .says("26 rules found");
    Ok(())
}

pub(crate) fn burn_rates(prometheus: &Path) -> Result<()> {
    let dir = tempfile::tempdir()?;
    write_rules(dir.path())?;
    fs::write(dir.path().join("burn_rates.test.yaml"), BURN_RATES)?;
    promtool(prometheus, &["test", "rules", "burn_rates.test.yaml"], dir.path())?.succeeds().says("SUCCESS");
    Ok(())
}

pub(crate) fn dashboards(prometheus: &Path) -> Result<()> {
    let map = snapshot::object("observability", "grafana-dashboards")?;
    let files = map["data"].as_object().context("no dashboards")?;
    let mut queries = Vec::new();
    for (name, text) in files {
        let dashboard: Value = serde_json::from_str(text.as_str().unwrap_or_default()).with_context(|| name.clone())?;
        let panels = dashboard["panels"].as_array().with_context(|| format!("{name} has no panels"))?;
        ensure!(!panels.is_empty() && dashboard["uid"].is_string(), "{name} shows nothing, or has no uid");
        queries.extend(panels.iter().flat_map(|panel| panel["targets"].as_array().cloned().unwrap_or_default()));
    }
    ensure!(queries.len() >= 6, "few queries: {queries:?}");
    let rules: Vec<Value> = queries
        .iter()
        .enumerate()
        .map(|(index, target)| json!({ "record": format!("dashboard:query{index}"), "expr": target["expr"] }))
        .collect();
    let dir = tempfile::tempdir()?;
    let file = json!({ "groups": [{ "name": "dashboards", "rules": rules }] });
    fs::write(dir.path().join("queries.yaml"), file.to_string())?;
    promtool(prometheus, &["check", "rules", "queries.yaml"], dir.path())?.succeeds();
    Ok(())
}

pub(crate) fn routes(alertmanager: &Path) -> Result<()> {
    let dir = tempfile::tempdir()?;
    fs::write(dir.path().join("alertmanager.yml"), data("alertmanager", "alertmanager.yml")?)?;
    let amtool = |args: &[&str]| run(alertmanager.join("usr/bin/amtool"), args, dir.path());
    amtool(&["check-config", "alertmanager.yml"])?.succeeds().says("2 inhibit rules").says("4 receivers");
    for (receivers, labels) in [
        ("watchdog", &["alertname=Watchdog", "severity=none"][..]),
        ("on-call", &["alertname=NodeDown", "severity=critical"]),
        ("platform", &["alertname=DiskFills", "severity=warning"]),
        ("payments,on-call", &["alertname=SLOErrorBudgetBurn", "team=payments", "severity=critical"]),
        ("payments,platform", &["alertname=SLOErrorBudgetBurn", "team=payments", "severity=warning"]),
        ("platform", &["alertname=Unheard"]),
    ] {
        let expected = format!("--verify.receivers={receivers}");
        let mut args = vec!["config", "routes", "test", "--config.file=alertmanager.yml", &expected];
        args.extend(labels);
        amtool(&args)?.succeeds();
    }
    Ok(())
}
