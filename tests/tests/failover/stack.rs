//! The small stack, built on a sandbox of its own.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
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

/// A promotion, three minutes at AWS, takes a tenth of a second.
const SPEED: f64 = 2000.0;

pub(crate) struct Stack {
    pub(crate) sandbox: Sandbox,
    pub(crate) workspace: Workspace,
}

impl Stack {
    /// The stack, applied with `more` arguments.
    pub(crate) fn new(terraform: &Terraform, moto: &Path, more: &[&str]) -> Result<Self> {
        let sandbox =
            Sandbox::start(Options { speed: SPEED, moto: Backend::Program(moto.to_owned()), ..Options::default() })?;
        for region in [OLD, NEW] {
            calls::create_table(&sandbox.endpoint, region)?;
            calls::create_subnet_group(&sandbox.endpoint, region)?;
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
        let workspace = Workspace::new(terraform)?
            .with_provider(&Provider::parapet()?)?
            .with_variable("TF_VAR_endpoint", &sandbox.endpoint);
        workspace.write("main.tf", include_str!("stack.tf"))?;
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

    /// How often a promotion was asked for, whatever became of it.
    pub(crate) fn promotions(&self) -> u64 {
        let count = self.control().called("rds", "PromoteReadReplica");
        count.succeeded + count.unanswered
    }

    /// The endpoint group of a region.
    pub(crate) fn endpoint_group(&self, region: &str) -> Result<EndpointGroup> {
        let state = self.control().state();
        let mut groups = state
            .global_accelerator
            .accelerators
            .values()
            .flat_map(|accelerator| accelerator.listeners.values())
            .flat_map(|listener| listener.groups.values());
        groups.find(|group| group.region == region).cloned().with_context(|| format!("no endpoint group in {region}"))
    }

    /// What Terraform's state says of the failover.
    pub(crate) fn failover(&self) -> Result<Value> {
        let state = self.workspace.show_state()?;
        let resources = state.pointer("/values/root_module/resources").and_then(Value::as_array);
        let failover = resources.and_then(|all| all.iter().find(|it| it["type"] == json!("parapet_failover")));
        failover.map(|it| it["values"].clone()).context("the state has no failover")
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
        ensure!(self.promotions() == 1, "promoted {} times", self.promotions());
        ensure!(self.control().state().rds.instances[REPLICA].source.is_none(), "still a replica");
        ensure!(self.endpoint_group(NEW)?.dial == 100.0 && self.endpoint_group(OLD)?.dial == 0.0, "traffic");
        let overlaps = self.control().overlaps();
        ensure!(overlaps.is_empty(), "two open writers: {overlaps:?}");
        let state = self.failover()?;
        ensure!(state["active_region"] == json!(NEW) && state["observed_writer_region"] == json!(NEW), "{state:#}");
        ensure!(state["status"] == json!("active"), "{state:#}");
        let summary = evidence(&self.workspace, &format!("orders-epoch-{}", state["epoch"]))?;
        ensure!(state["evidence_sha256"] == json!(summary.sha256), "the state names other evidence: {state:#}");
        self.workspace.plan_changes(&[&FAIL_OVER[..], more].concat())?.succeeds();
        Ok(())
    }
}

/// The evidence that a failover wrote, after checking it.
pub(crate) fn evidence(workspace: &Workspace, name: &str) -> Result<parapet_evidence::Summary> {
    let path = workspace.path().join(format!("evidence/{name}.jsonl"));
    let bytes = std::fs::read(&path).with_context(|| format!("no evidence at {}", path.display()))?;
    parapet_evidence::verify(&bytes).with_context(|| format!("{} is not intact", path.display()))
}
