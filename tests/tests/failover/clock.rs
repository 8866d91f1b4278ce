//! A machine whose clock is set back while a failover runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::services::cloudwatch::Lag;
use parapet_tests::process;
use parapet_tests::tools::Terraform;
use serde_json::{Value, json};

use crate::interrupted::Moment;
use crate::stack::{FAIL_OVER, REPLICA, Stack};

/// Terraform and a provider recognise each other by certificates that are valid from half a minute ago: between two runs, no more.
const BETWEEN_RUNS: i64 = -20;
const HOUR: i64 = -3600;

/// A stack whose provider has a clock that can be set.
struct Machine {
    stack: Stack,
    clock: PathBuf,
}

impl Machine {
    fn new(terraform: &Terraform, moto: &Path) -> Result<Self> {
        let Stack { sandbox, workspace } = Stack::new(terraform, moto, &[])?;
        let clock = workspace.path().join("clock");
        let library = workspace.path().join("clock.so");
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-o"]).arg(&library);
        compile.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/failover/clock.c")).arg("-ldl");
        process::run(compile, Duration::from_secs(60))?.succeeds();
        let workspace = workspace
            .with_variable("LD_PRELOAD", &library.to_string_lossy())
            .with_variable("TEST_CLOCK", &clock.to_string_lossy());
        Ok(Self { stack: Stack { sandbox, workspace }, clock })
    }

    fn set(&self, seconds: i64) -> Result<()> {
        // Whole at once, whenever it is read.
        let new = self.clock.with_extension("new");
        fs::write(&new, seconds.to_string())?;
        Ok(fs::rename(&new, &self.clock)?)
    }

    /// What the evidence of the failover says: the times of its entries, in their order, all with as many digits.
    fn times(&self) -> Result<Vec<String>> {
        let text = fs::read_to_string(self.stack.workspace.path().join("evidence/orders-epoch-2.jsonl"))?;
        let time = |line: &str| -> Result<String> {
            let entry: Value = serde_json::from_str(line)?;
            let at = entry["at"].as_str().context("an entry without a time")?.trim_end_matches('Z');
            let (second, fraction) = at.split_once('.').unwrap_or((at, ""));
            Ok(format!("{second}.{fraction:0<3}Z"))
        };
        text.lines().map(time).collect()
    }

    /// How long the failover took by its own account; `longest` is what it took on a clock that nobody touched.
    fn measured(&self, longest: Duration) -> Result<()> {
        let state = self.stack.failover()?;
        let measured = state["measured_rto_seconds"].as_f64().context("no measured RTO")?;
        ensure!(measured > 0.5 && measured <= longest.as_secs_f64(), "{measured} s of {longest:?}");
        Ok(())
    }
}

/// An hour back, while the failover runs.
pub(crate) fn in_the_middle(terraform: &Terraform, moto: &Path) -> Result<()> {
    let machine = Machine::new(terraform, moto)?;
    let started = Instant::now();
    let running = Moment::at("promotion").reached(&machine.stack, &[])?;
    machine.set(HOUR)?;
    running.wait()?.succeeds();
    machine.measured(started.elapsed())?;
    let times = machine.times()?;
    ensure!(times.is_sorted(), "time goes backwards in the evidence: {times:?}");
    machine.set(0)?;
    machine.stack.has_failed_over(&[])
}

/// Back between a run that was killed and the one that goes on: the record and the evidence are from the future.
pub(crate) fn between_two_runs(terraform: &Terraform, moto: &Path) -> Result<()> {
    let machine = Machine::new(terraform, moto)?;
    let started = Instant::now();
    Moment::at("promotion").kill(&machine.stack, &[])?;
    machine.set(BETWEEN_RUNS)?;
    machine.stack.workspace.apply(&FAIL_OVER)?.succeeds();
    machine.measured(started.elapsed())?;
    let times = machine.times()?;
    ensure!(times.is_sorted(), "time goes backwards in the evidence: {times:?}");
    machine.stack.has_failed_over(&[])
}

/// An hour back before the lag is read: what CloudWatch knows of that hour says nothing about now.
pub(crate) fn before_the_lag_is_read(terraform: &Terraform, moto: &Path) -> Result<()> {
    let machine = Machine::new(terraform, moto)?;
    // The last minutes only, as of a replica that was made a few minutes ago.
    machine.stack.control().set_lag(REPLICA, Lag::Series(vec![Some(1.0); 8]))?;
    let slow = json!({ "service": "globalaccelerator", "operation": "RemoveEndpoints", "count": 1, "effect": { "latency": 1000 } });
    machine.stack.control().inject(serde_json::from_value(slow)?);
    let running = Moment::at("lock").reached(&machine.stack, &[])?;
    machine.set(HOUR)?;
    running.wait()?.fails().says("How much data would be lost is unknown");
    machine.stack.is_untouched()?;
    machine.set(0)?;
    machine.stack.fail_over(&[])?.succeeds();
    machine.stack.has_failed_over(&[])
}
