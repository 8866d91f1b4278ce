//! The gate of `main.tf`, on a sandbox of its own.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::{Backend, Control, Options, Sandbox};
use parapet_tests::process::{Run, Running};
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::{Value, json};

/// A deployment of the accelerator takes a few milliseconds.
const SPEED: f64 = 20_000.0;

/// The endpoint of the stable release, and that of the new one.
pub(crate) const STABLE: &str = "eipalloc-0000000000000000a";
pub(crate) const CANARY: &str = "eipalloc-0000000000000000b";

/// What starts a rollout.
pub(crate) const RELEASE: &str = "-var=release_id=v2";

pub(crate) struct Stack {
    pub(crate) sandbox: Sandbox,
    pub(crate) workspace: Workspace,
}

impl Stack {
    /// The stack with the release v1, which has all traffic.
    pub(crate) fn new(terraform: &Terraform, url: &str, service: &str) -> Result<Self> {
        Self::with(terraform, url, service, |_, _| Ok(()))
    }

    /// The same after something has been put into the sandbox, and other files beside `main.tf`.
    pub(crate) fn with(
        terraform: &Terraform,
        url: &str,
        service: &str,
        prepare: impl FnOnce(&Sandbox, &Workspace) -> Result<()>,
    ) -> Result<Self> {
        let sandbox = Sandbox::start(Options { speed: SPEED, moto: Backend::None, ..Options::default() })?;
        let workspace = Workspace::new(terraform)?
            .with_provider(&Provider::parapet()?)?
            .with_variable("TF_VAR_endpoint", &sandbox.endpoint)
            .with_variable("TF_VAR_url", url)
            .with_variable("TF_VAR_service", service)
            .with_variable("TF_LOG_PROVIDER", "INFO");
        workspace.write("main.tf", include_str!("main.tf"))?;
        prepare(&sandbox, &workspace)?;
        workspace.init()?.succeeds();
        workspace.apply(&[])?.succeeds();
        let stack = Self { sandbox, workspace };
        stack.stands("v1", 0, None)?;
        Ok(stack)
    }

    pub(crate) fn control(&self) -> &Control {
        self.sandbox.control()
    }

    /// `terraform apply` of the release v2.
    pub(crate) fn roll_out(&self, more: &[&str]) -> Result<Run> {
        self.workspace.apply(&[&[RELEASE], more].concat())
    }

    /// Begins to apply the release v2.
    pub(crate) fn start(&self, more: &[&str]) -> Result<Running> {
        let apply = ["apply", "-input=false", "-no-color", "-auto-approve", RELEASE];
        self.workspace.start(apply.iter().chain(more))
    }

    /// Waits until the new release has so much of the traffic.
    pub(crate) fn wait_for_weight(&self, weight: u8) -> Result<()> {
        let started = Instant::now();
        while self.weight_of(CANARY)? != weight {
            ensure!(started.elapsed() < Duration::from_secs(60), "the new release never had {weight}%");
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Replaces blocks of `main.tf`, and adds others.
    pub(crate) fn differs(&self, text: &str) -> Result<()> {
        self.workspace.write("gate_override.tf", text)
    }

    /// How often traffic was moved.
    pub(crate) fn moves(&self) -> u64 {
        self.control().called("globalaccelerator", "UpdateEndpointGroup").succeeded
    }

    /// The weight of an endpoint.
    pub(crate) fn weight_of(&self, endpoint: &str) -> Result<u8> {
        let state = self.control().state();
        let mut endpoints = state
            .global_accelerator
            .accelerators
            .values()
            .flat_map(|accelerator| accelerator.listeners.values())
            .flat_map(|listener| listener.groups.values())
            .flat_map(|group| &group.endpoints);
        let found = endpoints.find(|it| it.id == endpoint).map(|it| it.weight);
        found.with_context(|| format!("no endpoint {endpoint}"))
    }

    /// What the state says of the gate.
    pub(crate) fn gate(&self) -> Result<Value> {
        let state = self.workspace.show_state()?;
        let resources = state.pointer("/values/root_module/resources").and_then(Value::as_array);
        let found = resources.and_then(|all| all.iter().find(|it| it["type"] == json!("parapet_rollout_gate")));
        let found = found.context("the state has no gate")?;
        ensure!(found.get("tainted").is_none(), "the gate is tainted: {found:#}");
        Ok(found["values"].clone())
    }

    /// The release that the state keeps, the share of the new one in the sandbox and in the state, and the verdict.
    pub(crate) fn stands(&self, release: &str, weight: u8, verdict: Option<&str>) -> Result<Value> {
        let weights = (self.weight_of(STABLE)?, self.weight_of(CANARY)?);
        ensure!(weights == (100 - weight, weight), "stable and new have {weights:?}, not {weight}% for the new");
        let gate = self.gate()?;
        ensure!(gate["release_id"] == json!(release), "the state has another release: {gate:#}");
        ensure!(gate["current_weight"] == json!(weight), "the state has another weight: {gate:#}");
        ensure!(gate["verdict"] == json!(verdict), "the state has another verdict: {gate:#}");
        Ok(gate)
    }

    /// Reports of finished rollouts.
    pub(crate) fn reports(&self) -> Result<Vec<Value>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(self.workspace.path().join("reports"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|it| it == "json") {
                found.push(serde_json::from_str(&std::fs::read_to_string(path)?)?);
            }
        }
        Ok(found)
    }

    /// The evidence that the state names is intact, and is the file on the disk.
    pub(crate) fn evidence(&self) -> Result<String> {
        let gate = self.gate()?;
        let name = gate["evidence"].as_str().context("the state names no evidence")?;
        let bytes = std::fs::read(self.workspace.path().join(name))?;
        let summary = parapet_evidence::verify(&bytes)?;
        ensure!(gate["evidence_sha256"] == json!(summary.sha256), "the state names other evidence: {gate:#}");
        Ok(String::from_utf8(bytes)?)
    }
}
