//! The data source of `main.tf`, on a sandbox of its own.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::services::estate::Estate;
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::{Value, json};

/// The account of the credentials.
pub(crate) const ACCOUNT: &str = "123456789012";
/// The provider's region.
pub(crate) const HERE: &str = "us-east-1";

/// A debug build that reads thousands of resources while other tests run.
const LIMIT: Duration = Duration::from_secs(300);

pub(crate) struct Stack {
    pub(crate) sandbox: Sandbox,
    pub(crate) workspace: Workspace,
}

impl Stack {
    /// On a sandbox without moto: what was not seeded does not answer.
    pub(crate) fn new(terraform: &Terraform) -> Result<Self> {
        Self::on(terraform, Backend::None)
    }

    pub(crate) fn with_moto(terraform: &Terraform, moto: &Path) -> Result<Self> {
        let stack = Self::on(terraform, Backend::Program(moto.to_owned()))?;
        stack.sandbox.wait_ready()?;
        Ok(stack)
    }

    fn on(terraform: &Terraform, moto: Backend) -> Result<Self> {
        let sandbox = Sandbox::start(Options { moto, ..Options::default() })?;
        let workspace = Workspace::new(terraform)?
            .with_provider(&Provider::parapet()?)?
            .with_variable("TF_VAR_endpoint", &sandbox.endpoint)
            .with_limit(LIMIT);
        workspace.write("main.tf", include_str!("main.tf"))?;
        workspace.init()?.succeeds();
        Ok(Self { sandbox, workspace })
    }

    /// Puts what the account has in a region there, by the admin API as anybody would.
    pub(crate) fn seed(&self, region: &str, estate: &Value) -> Result<()> {
        let mut body = estate.clone();
        body["region"] = json!(region);
        self.request(("PUT", "/_sandbox/estates"), "", body.to_string().as_bytes()).map(drop)
    }

    /// The account of `account.json`.
    pub(crate) fn seed_account(&self) -> Result<()> {
        self.seed(HERE, &account()?)
    }

    pub(crate) fn fault(&self, fault: Value) -> Result<()> {
        self.sandbox.control().inject(serde_json::from_value(fault)?);
        Ok(())
    }

    /// What the data source says.
    pub(crate) fn found(&self) -> Result<Value> {
        let outputs = self.workspace.outputs()?;
        outputs.get("found").cloned().context("there is no output `found`")
    }

    /// A request to the sandbox by hand; HTTP 1.0, so that the answer comes in one piece.
    pub(crate) fn request(&self, (method, path): (&str, &str), headers: &str, body: &[u8]) -> Result<String> {
        let mut stream = TcpStream::connect(self.sandbox.endpoint.trim_start_matches("http://"))?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        write!(stream, "{method} {path} HTTP/1.0\r\nHost: sandbox\r\n{headers}Content-Length: {}\r\n\r\n", body.len())?;
        stream.write_all(body)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        ensure!(status.starts_with('2'), "{method} {path} is answered: {answer}");
        Ok(answer)
    }
}

/// Runs a test that reads twice. What is read ends at midnight: one that fails because a day began in between runs again.
pub(crate) fn within_a_day(test: impl Fn() -> Result<()>) -> Result<()> {
    let day = || SystemTime::now().duration_since(UNIX_EPOCH).map(|it| it.as_secs() / 86_400).unwrap_or_default();
    let begun = day();
    match catch_unwind(AssertUnwindSafe(&test)) {
        Ok(Ok(())) => Ok(()),
        _ if day() != begun => test(),
        Ok(failed) => failed,
        Err(panic) => resume_unwind(panic),
    }
}

/// `account.json`, with the names that the sandbox gives.
pub(crate) fn account() -> Result<Value> {
    let text = include_str!("account.json");
    let estate: Estate = serde_json::from_str(text)?;
    let busy = estate.load_balancers.iter().find(|it| it.name == "busy").context("no busy load balancer")?;
    Ok(serde_json::from_str(&text.replace("app/busy/DIGEST", &busy.dimension()))?)
}

/// Actions and ids of what is recommended.
pub(crate) fn actions(found: &Value) -> BTreeSet<(String, String)> {
    let all = found["recommendations"].as_array().cloned().unwrap_or_default();
    let text = |it: &Value, name: &str| it[name].as_str().unwrap_or_default().to_owned();
    all.iter().map(|it| (text(it, "action"), text(it, "resource_id"))).collect()
}

/// Whether an action is recommended for a resource.
pub(crate) fn has(found: &Value, action: &str, id: &str) -> bool {
    actions(found).contains(&(action.to_owned(), id.to_owned()))
}

/// Whether anything is recommended for a resource.
pub(crate) fn mentions(found: &Value, id: &str) -> bool {
    actions(found).iter().any(|(_, it)| it == id)
}
