//! The stacks of `main.tf` and `estimate.tf`, on a sandbox of their own that needs no moto.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::{Backend, Control, Options, Sandbox};
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::{Value, json};

/// The account of the sandbox.
pub(crate) const ACCOUNT: &str = "123456789012";
/// The address of the policy.
pub(crate) const POLICY: &str = "parapet_cost_policy.shop[0]";
/// The address of the enrolment.
pub(crate) const ENROLMENT: &str = "parapet_compute_optimizer_enrollment.this[0]";

/// Half a minute at AWS takes 60 ms.
const SPEED: f64 = 500.0;

pub(crate) struct Stack {
    pub(crate) sandbox: Sandbox,
    pub(crate) workspace: Workspace,
}

impl Stack {
    /// A sandbox and the stack of `main.tf` on it, nothing applied yet.
    pub(crate) fn empty(terraform: &Terraform) -> Result<Self> {
        let sandbox = Sandbox::start(Options { speed: SPEED, moto: Backend::None, ..Options::default() })?;
        let workspace =
            workspace(terraform, include_str!("main.tf"))?.with_variable("TF_VAR_endpoint", &sandbox.endpoint);
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

    /// What the state says of the policy.
    pub(crate) fn policy(&self) -> Result<Value> {
        self.workspace.outputs()?.get("policy").cloned().context("no output `policy`")
    }

    /// What the state says of the enrolment.
    pub(crate) fn enrolment(&self) -> Result<Value> {
        self.workspace.outputs()?.get("enrolment").cloned().context("no output `enrolment`")
    }

    /// Asks AWS as anybody may; the error's code when it refuses.
    pub(crate) fn aws(&self, service: &str, operation: &str, body: &Value) -> Result<Value, String> {
        self.asked(service, operation, body).unwrap_or_else(|error| Err(error.to_string()))
    }

    fn asked(&self, service: &str, operation: &str, body: &Value) -> Result<Result<Value, String>> {
        let host = self.sandbox.endpoint.trim_start_matches("http://");
        let (mut stream, body) = (TcpStream::connect(host)?, body.to_string());
        write!(
            stream,
            "POST / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\nX-Amz-Target: Any.{operation}\r\n\
             Content-Type: application/x-amz-json-1.1\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=test/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n{body}",
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, text) = answer.split_once("\r\n\r\n").context("no answer")?;
        let value: Value = serde_json::from_str(text).with_context(|| answer.clone())?;
        let code = value["__type"].as_str().unwrap_or_default().to_owned();
        Ok(if head.starts_with("HTTP/1.1 200") { Ok(value) } else { Err(code) })
    }

    /// The budget as AWS has it.
    pub(crate) fn budget(&self) -> Result<Value, String> {
        let named = json!({ "AccountId": ACCOUNT, "BudgetName": "shop" });
        self.aws("budgets", "DescribeBudget", &named).map(|answer| answer["Budget"].clone())
    }

    /// The thresholds it tells of, `ACTUAL 80` and the like, in order.
    pub(crate) fn notifications(&self) -> Result<Vec<String>, String> {
        let named = json!({ "AccountId": ACCOUNT, "BudgetName": "shop" });
        let answer = self.aws("budgets", "DescribeNotificationsForBudget", &named)?;
        let one = |it: &Value| format!("{} {}", it["NotificationType"].as_str().unwrap_or_default(), it["Threshold"]);
        let mut all: Vec<String> = answer["Notifications"].as_array().into_iter().flatten().map(one).collect();
        all.sort();
        Ok(all)
    }

    /// That nothing is left to do.
    pub(crate) fn is_settled(&self, more: &[&str]) -> Result<()> {
        self.workspace.plan_changes(more)?.exits(0).says("No changes");
        Ok(())
    }

    /// That destroying leaves no budget.
    pub(crate) fn destroys(&self, more: &[&str]) -> Result<()> {
        self.workspace.destroy(more)?.succeeds();
        ensure!(self.budget() == Err("NotFoundException".to_owned()), "left behind: {:?}", self.budget());
        Ok(())
    }
}

/// A workspace with a root module beside the stack that is priced.
pub(crate) fn workspace(terraform: &Terraform, main: &str) -> Result<Workspace> {
    let workspace = Workspace::new(terraform)?.with_provider(&Provider::parapet()?)?;
    workspace.write("main.tf", main)?;
    workspace.write("shop/main.tf", include_str!("shop.tf"))?;
    workspace.init()?.succeeds();
    Ok(workspace)
}
