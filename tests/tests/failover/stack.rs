//! The small stack, built on a sandbox of its own.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::events::Happening;
use parapet_sandbox::services::global_accelerator::EndpointGroup;
use parapet_sandbox::{Backend, Control, Options, Sandbox};
use parapet_tests::process::Run;
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::{Value, json};

use crate::calls;

/// The region the stack is built in.
pub(crate) const OLD: &str = "eu-west-1";
/// The region that takes over.
pub(crate) const NEW: &str = "eu-central-1";
/// ARN of the replica.
pub(crate) const REPLICA: &str = "arn:aws:rds:eu-central-1:123456789012:db:orders-standby";
/// The endpoint of [`NEW`].
pub(crate) const NEW_ENDPOINT: &str = "eipalloc-0000000000000000b";
/// What fails over.
pub(crate) const FAIL_OVER: [&str; 2] = ["-var=active_region=eu-central-1", "-var=confirm_region=eu-central-1"];
/// What accepts that data is lost.
pub(crate) const LOSE_DATA: &str = "-var=allow_data_loss=true";
/// The other fence.
pub(crate) const SECURITY_GROUP: &str = "-var=fencing=security_group";
/// Records and evidence in [`BUCKET`], instead of a table and a directory.
pub(crate) const IN_BUCKET: &str = "-var=bucket=parapet-failovers";
/// A bucket of [`NEW`].
pub(crate) const BUCKET: &str = "parapet-failovers";
/// Where what fails for good is to fail soon.
pub(crate) const NO_RETRIES: &str = "-var=max_retries=0";

/// A promotion, three minutes at AWS, takes a tenth of a second.
const SPEED: f64 = 2000.0;

pub(crate) struct Stack {
    pub(crate) sandbox: Sandbox,
    pub(crate) workspace: Workspace,
}

/// A sandbox with what a stack finds in its regions.
pub(crate) fn sandbox(moto: &Path) -> Result<Sandbox> {
    let sandbox =
        Sandbox::start(Options { speed: SPEED, moto: Backend::Program(moto.to_owned()), ..Options::default() })?;
    for region in [OLD, NEW] {
        calls::create_table(&sandbox.endpoint, region)?;
        calls::create_subnet_group(&sandbox.endpoint, region)?;
    }
    Ok(sandbox)
}

/// A workspace on a sandbox, not initialised; `stack` comes in addition to what all stacks have.
pub(crate) fn workspace(terraform: &Terraform, sandbox: &Sandbox, stack: &str) -> Result<Workspace> {
    let workspace = Workspace::new(terraform)?
        .with_provider(&Provider::parapet()?)?
        .with_variable("TF_VAR_endpoint", &sandbox.endpoint);
    workspace.write("base.tf", include_str!("base.tf"))?;
    workspace.write("main.tf", stack)?;
    Ok(workspace)
}

impl Stack {
    /// The stack, applied with `more` arguments.
    pub(crate) fn new(terraform: &Terraform, moto: &Path, more: &[&str]) -> Result<Self> {
        let sandbox = sandbox(moto)?;
        if more.contains(&IN_BUCKET) {
            calls::create_bucket(&sandbox.endpoint, NEW, BUCKET)?;
        }
        let database = [
            ("DBInstanceIdentifier", "orders"),
            ("Engine", "postgres"),
            ("EngineVersion", "16.4"),
            ("DBInstanceClass", "db.r6g.large"),
            ("AllocatedStorage", "100"),
            ("MasterUsername", "service"),
            ("MasterUserPassword", "only-for-this-test"),
            ("BackupRetentionPeriod", "7"),
            ("DBSubnetGroupName", "orders"),
        ];
        calls::rds(&sandbox.endpoint, OLD, "CreateDBInstance", &database)?;
        sandbox.control().settle();
        let workspace = workspace(terraform, &sandbox, include_str!("stack.tf"))?;
        workspace.init()?.succeeds();
        workspace.apply(more)?.succeeds();
        let stack = Self { sandbox, workspace };
        // The first backup of the replica keeps it busy.
        stack.control().settle();
        Ok(stack)
    }

    pub(crate) fn control(&self) -> &Control {
        self.sandbox.control()
    }

    /// `terraform apply` of a failover.
    pub(crate) fn fail_over(&self, more: &[&str]) -> Result<Run> {
        self.workspace.apply(&[&FAIL_OVER[..], more].concat())
    }

    /// The number of the last event so far.
    pub(crate) fn last_event(&self) -> u64 {
        self.control().events(0).last().map_or(0, |event| event.number)
    }

    /// Calls that changed something, or were to, since an event.
    pub(crate) fn changes_since(&self, event: u64) -> Vec<String> {
        let call = |what: &Happening| match what {
            Happening::Call { service, operation, .. } => Some(format!("{service}:{operation}")),
            _ => None,
        };
        self.control().events(event).iter().filter_map(|event| call(&event.what)).collect()
    }

    /// How often a promotion was asked for, whatever became of it.
    pub(crate) fn promotions(&self) -> u64 {
        let count = self.control().called("rds", "PromoteReadReplica");
        count.succeeded + count.unanswered
    }

    /// The endpoint group of a region.
    pub(crate) fn endpoint_group(&self, region: &str) -> Result<EndpointGroup> {
        endpoint_group(self.control(), region)
    }

    /// What Terraform's state says of the failover.
    pub(crate) fn failover(&self) -> Result<Value> {
        resource(&self.workspace, "parapet_failover")
    }

    /// Nothing was promoted, nothing is fenced, and the traffic is where it was.
    pub(crate) fn is_untouched(&self) -> Result<()> {
        // A database that is being changed accepts no writes.
        self.control().settle();
        ensure!(!self.control().state().open_writers().is_empty(), "nothing writes any more");
        ensure!(self.promotions() == 0, "promoted");
        ensure!(self.control().state().rds.instances[REPLICA].source.is_some(), "no replica any more");
        let (old, new) = (self.endpoint_group(OLD)?, self.endpoint_group(NEW)?);
        ensure!(old.endpoints.len() == 1 && old.dial == 100.0, "the old region lost its endpoint or traffic: {old:?}");
        ensure!(new.dial == 0.0, "traffic was moved: {new:?}");
        let accelerators = &self.control().state().global_accelerator.accelerators;
        ensure!(!format!("{accelerators:?}").contains("parapet:fenced"), "the accelerator is marked as fenced");
        Ok(())
    }

    /// The end of every failover that succeeds: promoted once, all traffic moved, never two writers, evidence intact,
    /// and nothing left to do.
    pub(crate) fn has_failed_over(&self, more: &[&str]) -> Result<()> {
        let state = self.is_over()?;
        let epoch = &state["epoch"];
        let digests = if more.contains(&IN_BUCKET) {
            let key = format!("failover/orders/epoch-{epoch}.jsonl");
            let object = calls::object(&self.sandbox.endpoint, NEW, BUCKET, &key)?;
            vec![parapet_evidence::verify(object.as_bytes())?.sha256]
        } else {
            // A run that failed after it had closed its evidence leaves that as it is; the next one writes a file beside it.
            let mut digests = vec![evidence(&self.workspace, &format!("orders-epoch-{epoch}"))?.sha256];
            for number in 2.. {
                let name = format!("orders-epoch-{epoch}-{number}");
                if !self.workspace.path().join(format!("evidence/{name}.jsonl")).exists() {
                    break;
                }
                digests.push(evidence(&self.workspace, &name)?.sha256);
            }
            digests
        };
        let newest = digests.last();
        ensure!(
            newest.is_some_and(|it| state["evidence_sha256"] == json!(it)),
            "the state names other evidence: {state:#}"
        );
        self.workspace.plan_changes(&[&FAIL_OVER[..], more].concat())?.succeeds();
        Ok(())
    }

    /// Promoted once, all traffic moved, never two writers; what the state says of it.
    pub(crate) fn is_over(&self) -> Result<Value> {
        ensure!(self.promotions() == 1, "promoted {} times", self.promotions());
        ensure!(self.control().state().rds.instances[REPLICA].source.is_none(), "still a replica");
        ensure!(self.endpoint_group(NEW)?.dial == 100.0 && self.endpoint_group(OLD)?.dial == 0.0, "traffic");
        let overlaps = self.control().overlaps();
        ensure!(overlaps.is_empty(), "two open writers: {overlaps:?}");
        let state = self.failover()?;
        ensure!(state["active_region"] == json!(NEW) && state["observed_writer_region"] == json!(NEW), "{state:#}");
        ensure!(state["status"] == json!("active"), "{state:#}");
        Ok(state)
    }
}

/// The endpoint group of a region.
pub(crate) fn endpoint_group(control: &Control, region: &str) -> Result<EndpointGroup> {
    let state = control.state();
    let mut groups = state
        .global_accelerator
        .accelerators
        .values()
        .flat_map(|accelerator| accelerator.listeners.values())
        .flat_map(|listener| listener.groups.values());
    groups.find(|group| group.region == region).cloned().with_context(|| format!("no endpoint group in {region}"))
}

/// What Terraform's state says of the resource of a type.
pub(crate) fn resource(workspace: &Workspace, kind: &str) -> Result<Value> {
    let state = workspace.show_state()?;
    let resources = state.pointer("/values/root_module/resources").and_then(Value::as_array);
    let found = resources.and_then(|all| all.iter().find(|it| it["type"] == json!(kind)));
    found.map(|it| it["values"].clone()).with_context(|| format!("the state has no {kind}"))
}

/// The evidence that a failover wrote, after checking it.
pub(crate) fn evidence(workspace: &Workspace, name: &str) -> Result<parapet_evidence::Summary> {
    let path = workspace.path().join(format!("evidence/{name}.jsonl"));
    let bytes = std::fs::read(&path).with_context(|| format!("no evidence at {}", path.display()))?;
    parapet_evidence::verify(&bytes).with_context(|| format!("{} is not intact", path.display()))
}
