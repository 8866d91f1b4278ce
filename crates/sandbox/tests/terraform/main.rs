//! The real hashicorp/aws provider creates, finds unchanged and destroys what the sandbox implements itself.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, ensure};
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::suite::Suite;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;

/// The provider itself waits half a minute before it asks for a new database the first time, whatever the sandbox says.
const LIMIT: Duration = Duration::from_secs(400);

fn main() -> ExitCode {
    Suite::new()
        .aws("a_stack_lives_and_dies", stack)
        .aws_and_moto("a_node_group_lives_changes_and_dies", node_group)
        .run()
}

fn stack(terraform: &Terraform, aws: &Path) -> Result<()> {
    let sandbox = Sandbox::start(Options { moto: Backend::None, ..Options::default() })?;
    let workspace = Workspace::new(terraform)?
        .with_mirror(aws)?
        .with_variable("TF_VAR_endpoint", &sandbox.endpoint)
        .with_limit(LIMIT);
    workspace.write("main.tf", include_str!("stack.tf"))?;
    workspace.init()?.succeeds();
    workspace.apply(&[])?.succeeds();
    workspace.plan_changes(&[])?.succeeds();
    {
        let state = sandbox.control().state();
        ensure!(state.rds.instances.len() == 3, "two databases and one of Aurora: {:?}", state.rds.instances.keys());
        let groups = state.global_accelerator.accelerators.values().flat_map(|it| it.listeners.values());
        let endpoints: Vec<_> =
            groups.flat_map(|it| it.groups.values()).flat_map(|it| &it.endpoints).map(|it| it.weight).collect();
        ensure!(endpoints == [0], "a weight of 0 is 0: {endpoints:?}");
        ensure!(state.events.overlaps().is_empty(), "{:?}", state.events.overlaps());
    }
    workspace.destroy(&[])?.succeeds();
    let state = sandbox.control().state();
    ensure!(state.rds.instances.is_empty() && state.rds.clusters.is_empty() && state.rds.global_clusters.is_empty());
    ensure!(state.rds.subnet_groups.is_empty() && state.global_accelerator.accelerators.is_empty());
    Ok(())
}

fn node_group(terraform: &Terraform, aws: &Path, moto: &Path) -> Result<()> {
    let sandbox = Sandbox::start(Options { moto: Backend::Program(moto.to_owned()), ..Options::default() })?;
    let workspace = Workspace::new(terraform)?
        .with_mirror(aws)?
        .with_variable("TF_VAR_endpoint", &sandbox.endpoint)
        .with_limit(LIMIT);
    workspace.write("main.tf", include_str!("node_group.tf"))?;
    workspace.init()?.succeeds();
    workspace.apply(&[])?.succeeds();
    workspace.plan_changes(&[])?.succeeds();
    let updates = || sandbox.control().called("eks", "UpdateNodegroupConfig").succeeded;
    workspace.apply(&["-var=team=billing"])?.succeeds();
    workspace.plan_changes(&["-var=team=billing"])?.succeeds();
    ensure!(updates() == 1, "labels change in place: {} updates", updates());
    let refused = workspace.apply(&["-var=least=3"])?.fails();
    ensure!(refused.stderr.contains("can't be greater than desired size 2"), "{}", refused.stderr);
    let groups = sandbox.control().node_groups();
    ensure!(groups.iter().map(|it| (it.status.as_str(), it.nodes)).eq([("ACTIVE", 2)]), "{groups:?}");
    let capacity = sandbox.control().capacity("main");
    ensure!(capacity.iter().map(|it| it.total).eq([0, 2]), "never fewer than at first: {capacity:?}");
    workspace.destroy(&[])?.succeeds();
    ensure!(sandbox.control().node_groups().is_empty());
    ensure!(sandbox.control().called("eks", "DeleteCluster").succeeded == 1);
    Ok(())
}
