//! examples/spot-node-groups with the real hashicorp/aws: built, changed, destroyed.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::checkout;
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::Value;

/// hashicorp/aws waits half a minute before it asks for a new cluster the first time, whatever the sandbox says.
const LIMIT: Duration = Duration::from_secs(300);

pub(crate) fn example(terraform: &Terraform, aws: &Path, moto: &Path) -> Result<()> {
    let sandbox = Sandbox::start(Options { moto: Backend::Program(moto.to_owned()), ..Options::default() })?;
    let workspace = Workspace::new(terraform)?
        .with_provider(&Provider::parapet()?)?
        .with_mirror(aws)?
        .with_variable("TF_VAR_endpoint", &sandbox.endpoint)
        .with_limit(LIMIT);
    workspace.copy(&checkout::root().join("examples/spot-node-groups"))?;
    workspace.write("sandbox.tf", "variable \"endpoint\" {\n  type = string\n}\n")?;
    workspace.write("sandbox_override.tf", include_str!("sandbox_override.tf"))?;
    workspace.init()?.succeeds();
    workspace.apply(&[])?.succeeds();
    workspace.plan_changes(&[])?.succeeds().says("No changes");

    let outputs = workspace.outputs()?;
    let groups = outputs.get("groups").context("no output `groups`")?;
    let types = |group: &str| -> Vec<String> {
        let all = groups[group]["types"].as_array().cloned().unwrap_or_default();
        all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let application = types("application");
    let families: std::collections::BTreeSet<&str> =
        application.iter().filter_map(|name| name.split('.').next()).collect();
    ensure!(application.iter().all(|name| name.ends_with(".xlarge")), "not of 4 vCPU: {application:?}");
    ensure!(families.len() >= 3, "fewer than three families: {application:?}");
    ensure!(types("gpu").len() >= 2 && groups["gpu"]["monthly_usd"].as_f64() == Some(0.0), "{groups:#}");
    ensure!(groups["application"]["monthly_saved"].as_f64() > Some(0.0), "{groups:#}");

    let remote = sandbox.control().node_groups();
    let of =
        |name: &str| remote.iter().find(|it| it.node_group == name).map(|it| (it.capacity_type.as_str(), it.nodes));
    ensure!(of("system-od-1") == Some(("ON_DEMAND", 2)), "{remote:?}");
    ensure!(of("application-spot-1") == Some(("SPOT", 6)), "{remote:?}");
    ensure!(of("gpu-spot-1") == Some(("SPOT", 0)) && remote.len() == 3, "{remote:?}");

    let larger = ["-var=application_vcpu=8"];
    workspace.apply(&larger)?.succeeds().says("1 changed");
    workspace.plan_changes(&larger)?.succeeds().says("No changes");
    let timeline = sandbox.control().capacity("shop");
    let filled = timeline.iter().position(|it| it.total >= 8).context("never enough nodes")?;
    ensure!(timeline[filled..].iter().all(|it| it.total >= 8), "fewer than 8 nodes: {timeline:#?}");

    workspace.destroy(&larger)?.succeeds();
    ensure!(sandbox.control().node_groups().is_empty(), "left behind: {:?}", sandbox.control().node_groups());
    Ok(())
}
