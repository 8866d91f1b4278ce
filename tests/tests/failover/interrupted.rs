//! Failovers that something happens to in the middle. After a kill, the next apply reaches the same end and promotes nothing twice.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use parapet_sandbox::faults::{Blackout, Silence};
use parapet_tests::process::Running;
use parapet_tests::tools::Terraform;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::stack::{FAIL_OVER, IN_BUCKET, OLD, Stack, evidence};

/// When it happens: as soon as a call was made.
pub(crate) struct Moment {
    /// The step that is then under way or done.
    pub(crate) step: &'static str,
    service: &'static str,
    operation: &'static str,
    /// How many of them.
    calls: u64,
}

/// One in each step of a failover, in their order.
pub(crate) const MOMENTS: [Moment; 8] = [
    Moment { step: "lock", service: "dynamodb", operation: "PutItem", calls: 1 },
    Moment { step: "fence", service: "globalaccelerator", operation: "RemoveEndpoints", calls: 1 },
    Moment { step: "rpo", service: "monitoring", operation: "GetMetricData", calls: 1 },
    Moment { step: "mark", service: "rds", operation: "AddTagsToResource", calls: 1 },
    Moment { step: "promotion", service: "rds", operation: "PromoteReadReplica", calls: 1 },
    Moment { step: "post_promotion", service: "rds", operation: "ModifyDBInstance", calls: 1 },
    Moment { step: "first_dial", service: "globalaccelerator", operation: "UpdateEndpointGroup", calls: 2 },
    Moment { step: "last_dial", service: "globalaccelerator", operation: "UpdateEndpointGroup", calls: 4 },
];

impl Moment {
    /// The one in a step.
    pub(crate) fn at(step: &str) -> Self {
        let mut all = MOMENTS.into_iter();
        all.find(|moment| moment.step == step).unwrap_or_else(|| panic!("no moment in the step {step}"))
    }

    pub(crate) fn killed(&self, terraform: &Terraform, moto: &Path) -> Result<()> {
        let stack = Stack::new(terraform, moto, &[])?;
        self.kill(&stack, &[])?;
        stack.fail_over(&[])?.succeeds();
        stack.has_failed_over(&[])
    }

    /// The old region goes dark at this moment, for good.
    pub(crate) fn dark(&self, terraform: &Terraform, moto: &Path) -> Result<()> {
        let stack = Stack::new(terraform, moto, &[])?;
        let running = self.reached(&stack, &[])?;
        stack.control().black_out(OLD, Blackout { mode: Silence::Drop, workloads: false });
        running.wait()?.succeeds();
        stack.has_failed_over(&[])
    }

    /// Begins a failover and kills the provider at this moment.
    pub(crate) fn kill(&self, stack: &Stack, more: &[&str]) -> Result<()> {
        let running = self.reached(stack, more)?;
        // Nothing more gets through until the provider is dead.
        stack.control().inject(serde_json::from_value(json!({ "effect": { "latency": 10_000 } }))?);
        for provider in providers(&stack.workspace.path())? {
            kill_process(provider, Signal::KILL)?;
        }
        running.wait()?.fails();
        stack.control().clear_faults();
        Ok(())
    }

    /// A failover that has come this far.
    pub(crate) fn reached(&self, stack: &Stack, more: &[&str]) -> Result<Running> {
        let seen = || stack.control().called(self.service, self.operation).succeeded;
        let before = seen();
        let apply = ["apply", "-input=false", "-no-color", "-auto-approve"];
        let running = stack.workspace.start(apply.iter().chain(&FAIL_OVER).chain(more))?;
        let started = Instant::now();
        while seen() < before + self.calls {
            ensure!(started.elapsed() < Duration::from_secs(60), "{} was never called", self.operation);
            thread::sleep(Duration::from_millis(1));
        }
        Ok(running)
    }
}

/// With its record in a bucket, a failover that was killed goes on all the same.
pub(crate) fn killed_with_a_bucket(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[IN_BUCKET])?;
    for step in ["rpo", "promotion"] {
        Moment::at(step).kill(&stack, &[IN_BUCKET])?;
    }
    stack.fail_over(&[IN_BUCKET])?.succeeds();
    stack.has_failed_over(&[IN_BUCKET])
}

/// Everything was done, and Terraform was killed before it had written its state: there is nothing left to do, and nothing is done again.
pub(crate) fn state_not_written(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    let state = stack.workspace.path().join("terraform.tfstate");
    let before = fs::read(&state)?;
    stack.fail_over(&[])?.succeeds();
    fs::write(&state, before)?;
    let dials = || stack.control().called("globalaccelerator", "UpdateEndpointGroup");
    let dialled = dials();
    stack.fail_over(&[])?.succeeds();
    ensure!(dials() == dialled, "traffic was moved again");
    ensure!(stack.is_over()?["epoch"] == json!(2));
    evidence(&stack.workspace, "orders-epoch-2")?;
    stack.workspace.plan_changes(&FAIL_OVER)?.succeeds();
    Ok(())
}

/// The providers that run for a Terraform in `directory`.
fn providers(directory: &Path) -> Result<Vec<Pid>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let entry = entry?.path();
        let id = entry.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        let Some(pid) = id.and_then(Pid::from_raw) else { continue };
        // A process may end while it is looked at.
        let here = fs::read_link(entry.join("cwd")).is_ok_and(|cwd| cwd == directory);
        let is_provider = fs::read_link(entry.join("exe"))
            .is_ok_and(|exe| exe.to_string_lossy().contains("terraform-provider-parapet"));
        if here && is_provider {
            found.push(pid);
        }
    }
    ensure!(!found.is_empty(), "no provider runs in {}", directory.display());
    Ok(found)
}
