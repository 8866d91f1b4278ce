//! What is left behind of a finished rollout: files, and series in a Pushgateway.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use parapet_analysis::delivery::{Rollout, RolloutReport, is_service};
use parapet_analysis::{Report, Verdict};

use super::html;
use crate::gate::prometheus::Access;
use crate::output;
use crate::reports::{can_write, into_file};

/// Where to.
#[derive(clap::Args)]
#[command(next_help_heading = "Reports")]
pub(super) struct Publishing {
    /// File for the report of the rollout (JSON), from which `parapet report delivery` computes its measures
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// File for a page with plots
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Address of a Pushgateway, which gets deployment_duration_seconds, deployment_info and the verdict
    #[arg(long, value_name = "URL")]
    pushgateway: Option<String>,

    /// What is rolled out, such as a version or a commit
    #[arg(long, value_name = "NAME")]
    release: Option<String>,

    /// What it is a release of: letters, digits, `-`, `_` and `.`
    #[arg(long, value_name = "NAME", default_value = "default", value_parser = service)]
    service: String,

    /// When the change was committed, as in 2026-01-31T09:30:00Z: the start of its lead time
    #[arg(long, value_name = "TIME")]
    committed_at: Option<Timestamp>,
}

fn service(text: &str) -> Result<String, String> {
    if is_service(text) {
        Ok(text.to_owned())
    } else {
        Err(format!("`{text}` has to be letters, digits, `-`, `_` and `.`"))
    }
}

/// Ready to publish: everything that can be wrong on the command line has been looked at.
pub(super) struct Publisher<'a> {
    args: &'a Publishing,
    gateway: Option<(parapet_metrics::Access, &'a str)>,
}

impl Publishing {
    pub(super) fn publisher(&self, access: &Access) -> anyhow::Result<Publisher<'_>> {
        ensure!(
            self.release.is_some() || (self.report.is_none() && self.pushgateway.is_none()),
            "--report and --pushgateway need --release: which one is it?"
        );
        ensure!(
            self.committed_at.is_none() || self.report.is_some() || self.pushgateway.is_some(),
            "--committed-at is the start of a lead time, which only --report and --pushgateway record: give one of them"
        );
        // A rollout takes an hour: its reports are not to be lost at the end of it.
        for file in self.report.iter().chain(&self.html) {
            can_write(file)?;
        }
        let gateway = match &self.pushgateway {
            Some(address) => Some((access.of_servers()?, parapet_metrics::address(address).context("--pushgateway")?)),
            None => None,
        };
        Ok(Publisher { args: self, gateway })
    }
}

impl Publisher<'_> {
    /// Writes and pushes what was asked for; times in seconds since 1970.
    pub(super) fn publish(
        &self,
        report: &Report,
        started_at: i64,
        finished_at: i64,
        window: i64,
    ) -> anyhow::Result<()> {
        let mut rollout = Rollout {
            release: self.args.release.clone().unwrap_or_default(),
            service: self.args.service.clone(),
            verdict: report.verdict,
            started_at,
            // Looking back, the gate would have ended at the window that decided.
            finished_at: report.decided_at.filter(|_| report.verdict == Verdict::Rollback).unwrap_or(finished_at),
            committed_at: self.args.committed_at.map(Timestamp::as_second),
            restored_at: None,
        };
        if rollout.committed_at.is_some_and(|at| at > rollout.finished_at) {
            output::warning("--committed-at is after the end of the rollout: the reports are written without it");
            rollout.committed_at = None;
        }
        if self.args.report.is_some() || self.gateway.is_some() {
            rollout.validate().map_err(|problem| anyhow::anyhow!("the times of the rollout contradict: {problem}"))?;
        }
        if let Some(file) = &self.args.report {
            into_file(file, |out| {
                serde_json::to_writer_pretty(&mut *out, &RolloutReport::new(&rollout, report))?;
                out.write_all(b"\n")
            })?;
        }
        if let Some(file) = &self.args.html {
            let page = html::render(report, &rollout, window);
            into_file(file, |out| out.write_all(page.as_bytes()))?;
        }
        match &self.gateway {
            Some((access, address)) => Ok(parapet_metrics::push(address, access, &rollout)?),
            None => Ok(()),
        }
    }
}
