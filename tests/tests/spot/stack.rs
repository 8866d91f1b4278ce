//! The node group of `main.tf`, on a sandbox of its own that needs no moto.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::events::{GroupState, Happening};
use parapet_sandbox::{Backend, Control, Options, Sandbox};
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::{Value, json};

/// The cluster of all tests.
pub(crate) const CLUSTER: &str = "main";
/// The address of the node group.
pub(crate) const ADDRESS: &str = "parapet_spot_node_group.this";

/// Two minutes at EKS take a quarter of a second.
const SPEED: f64 = 500.0;

pub(crate) struct Stack {
    pub(crate) sandbox: Sandbox,
    pub(crate) workspace: Workspace,
}

impl Stack {
    /// A sandbox and a workspace on it, nothing applied yet.
    pub(crate) fn empty(terraform: &Terraform) -> Result<Self> {
        let sandbox = Sandbox::start(Options { speed: SPEED, moto: Backend::None, ..Options::default() })?;
        let workspace = Workspace::new(terraform)?
            .with_provider(&Provider::parapet()?)?
            .with_variable("TF_VAR_endpoint", &sandbox.endpoint);
        workspace.write("main.tf", include_str!("main.tf"))?;
        workspace.init()?.succeeds();
        Ok(Self { sandbox, workspace })
    }

    /// The stack, applied with `more` arguments.
    pub(crate) fn new(terraform: &Terraform, more: &[&str]) -> Result<Self> {
        let stack = Self::empty(terraform)?;
        stack.workspace.apply(more)?.succeeds();
        Ok(stack)
    }

    pub(crate) fn control(&self) -> &Control {
        self.sandbox.control()
    }

    /// What the state says of the node group.
    pub(crate) fn group(&self) -> Result<Value> {
        let outputs = self.workspace.outputs()?;
        outputs.get("group").cloned().context("the stack has no output `group`")
    }

    /// Names of the chosen types.
    pub(crate) fn types(&self) -> Result<Vec<String>> {
        let group = self.group()?;
        let rows = group["selected_instance_types"].as_array().cloned().context("no types in the state")?;
        Ok(rows.iter().filter_map(|row| row["instance_type"].as_str().map(str::to_owned)).collect())
    }

    /// The node groups in EKS, by name.
    pub(crate) fn remote(&self) -> Vec<GroupState> {
        self.control().node_groups()
    }

    /// Their names.
    pub(crate) fn names(&self) -> Vec<String> {
        self.remote().into_iter().map(|it| it.node_group).collect()
    }

    /// Asks EKS for a node group as anybody may, and waits until it is there.
    pub(crate) fn create_node_group(&self, body: &Value) -> Result<()> {
        let host = self.sandbox.endpoint.trim_start_matches("http://");
        let (mut stream, body) = (TcpStream::connect(host)?, body.to_string());
        write!(
            stream,
            "POST /clusters/{CLUSTER}/node-groups HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/eks/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n\
             {body}",
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "EKS refused: {answer}");
        self.control().settle();
        Ok(())
    }

    /// The number of the last event so far.
    pub(crate) fn last_event(&self) -> u64 {
        self.control().events(0).last().map_or(0, |event| event.number)
    }

    /// Calls of EKS that changed something, or were to, since an event.
    pub(crate) fn changes_since(&self, event: u64) -> Vec<String> {
        let call = |what: &Happening| match what {
            Happening::Call { service, operation, .. } if service == "eks" => Some(operation.clone()),
            _ => None,
        };
        self.control().events(event).iter().filter_map(|event| call(&event.what)).collect()
    }

    /// That there were never fewer nodes than `min`, once there were as many.
    pub(crate) fn never_below(&self, min: u32) -> Result<()> {
        let timeline = self.control().capacity(CLUSTER);
        let since = timeline.iter().position(|it| it.total >= min).context("there were never enough nodes")?;
        let low = timeline[since..].iter().find(|it| it.total < min);
        ensure!(low.is_none(), "fewer than {min} nodes: {low:?} in {timeline:#?}");
        Ok(())
    }

    /// That nothing is left to do.
    pub(crate) fn is_settled(&self, more: &[&str]) -> Result<()> {
        self.workspace.plan_changes(more)?.succeeds().says("No changes");
        let group = self.group()?;
        ensure!(group["id"] == json!("main:workers") && group["name"] == json!("workers"), "{group:#}");
        Ok(())
    }

    /// That destroying leaves nothing.
    pub(crate) fn destroys(&self, more: &[&str]) -> Result<()> {
        self.workspace.destroy(more)?.succeeds();
        ensure!(self.remote().is_empty(), "left behind: {:?}", self.names());
        Ok(())
    }
}
