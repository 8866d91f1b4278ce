//! What goes wrong: nothing is orphaned, and there are never too few nodes.

use anyhow::{Result, bail, ensure};
use parapet_sandbox::faults::{Fault, FaultEffect};
use parapet_sandbox::services::eks::{Failure, Issue, Step};
use parapet_tests::tools::Terraform;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::stack::Stack;

pub(crate) fn infeasible(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    let run = stack.workspace.plan(&["-var=savings=90"])?.fails();
    run.says("No instance types fulfil the requirements").says("min_savings_percent:").says("instead of 90");
    let run = stack.workspace.plan(&[r#"-var=allowed=["m5.*", "c5.*"]"#])?.fails();
    run.says("No instance types fulfil the requirements").says("Any one of these would do");
    ensure!(stack.remote().is_empty());
    Ok(())
}

pub(crate) fn mistakes(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    for (variable, text) in [
        (r#"-var=labels={"kubernetes.io/role":"x"}"#, "EKS refuses labels that begin with `kubernetes.io/`"),
        (r#"-var=labels={"node-role.kubernetes.io/web":"x"}"#, "The nodes would never join"),
        (r#"-var=labels={"team":"two words"}"#, "is no value of a label in EKS"),
        (
            r#"-var=taints=[{"key":"a","effect":"NO_SCHEDULE"},{"key":"a","effect":"NO_SCHEDULE"}]"#,
            "The same taint twice",
        ),
        (r#"-var=taints=[{"key":"a","effect":"NoSchedule"}]"#, "taints[0].effect must be one of"),
        (r#"-var=scaling={"min":5,"max":3}"#, "3 nodes are fewer than `min`, 5"),
        (r#"-var=scaling={"min":1,"max":3,"desired_initial":4}"#, "4 is above `max`, which is 3"),
        (r#"-var=allowed=["m5[a]"]"#, "is not a pattern for instance types"),
    ] {
        stack.workspace.plan(&[variable])?.fails().says(text);
    }
    Ok(())
}

pub(crate) fn failure(of: Step) -> Failure {
    let issue = Issue {
        code: "AsgInstanceLaunchFailures".to_owned(),
        message: "Could not launch Spot Instances".to_owned(),
        resource_ids: vec!["eks-workers".to_owned()],
    };
    Failure { cluster: None, node_group: "workers-*".to_owned(), of, count: Some(1), issues: vec![issue] }
}

pub(crate) fn create_fails(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    stack.control().fail(failure(Step::Create));
    let run = stack.workspace.apply(&["-var=base=1"])?.fails();
    run.says("CREATE_FAILED").says("AsgInstanceLaunchFailures (eks-workers): Could not launch Spot Instances");
    // The state knows of it: the next run replaces it, or deletes it.
    stack.workspace.apply(&["-var=base=1"])?.succeeds().says("1 added");
    ensure!(stack.names() == ["workers-od-1", "workers-spot-1"], "{:?}", stack.names());
    stack.is_settled(&["-var=base=1"])?;
    stack.workspace.destroy(&["-var=base=1"])?.succeeds();
    stack.control().fail(failure(Step::Create));
    stack.workspace.apply(&[])?.fails();
    stack.destroys(&[])
}

pub(crate) fn swap_fails(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform, &[])?;
    let before = stack.group()?;
    stack.control().fail(failure(Step::Create));
    stack.workspace.apply(&["-var=vcpu=8"])?.fails().says("workers-spot-2 is CREATE_FAILED");
    ensure!(stack.names() == ["workers-spot-1"], "{:?}", stack.names());
    stack.is_settled(&[])?;
    ensure!(stack.group()?["selection_hash"] == before["selection_hash"], "other types: {:#}", stack.group()?);
    // The old generation cannot be deleted at first: the next apply goes on.
    stack.control().fail(failure(Step::Delete));
    stack.workspace.apply(&["-var=vcpu=8"])?.fails().says("workers-spot-1 is DELETE_FAILED");
    stack.workspace.apply(&["-var=vcpu=8"])?.succeeds();
    stack.is_settled(&["-var=vcpu=8"])?;
    ensure!(stack.names() == ["workers-spot-2"], "{:?}", stack.names());
    stack.never_below(3)?;
    stack.destroys(&["-var=vcpu=8"])
}

pub(crate) fn lost_answer(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    let lost = |count| Fault {
        service: Some("eks".to_owned()),
        operation: Some("CreateNodegroup".to_owned()),
        region: None,
        skip: 0,
        count: Some(count),
        effect: FaultEffect::DropAfter,
    };
    // With retries nobody notices.
    stack.control().inject(lost(1));
    stack.workspace.apply(&[])?.succeeds();
    ensure!(stack.names() == ["workers-spot-1"], "{:?}", stack.names());
    stack.destroys(&[])?;
    // Without, the node group is known all the same, and deleted with the rest.
    stack.control().inject(lost(1));
    stack.workspace.apply(&["-var=max_retries=0"])?.fails();
    ensure!(stack.names() == ["workers-spot-1"], "{:?}", stack.names());
    stack.destroys(&[])
}

/// Kills Terraform and its provider once EKS was asked to do something so often.
fn kill_after(stack: &Stack, arguments: &[&str], operation: &str, calls: u64) -> Result<()> {
    let all = ["apply", "-input=false", "-no-color", "-auto-approve"];
    let running = stack.workspace.start(all.iter().chain(arguments))?;
    let limit = Instant::now() + Duration::from_secs(120);
    while stack.control().called("eks", operation).succeeded < calls {
        ensure!(Instant::now() < limit, "{operation} was not called");
        thread::sleep(Duration::from_millis(5));
    }
    for process in below(stack)? {
        // It may have ended by itself meanwhile.
        let _ended = kill_process(process, Signal::KILL);
    }
    drop(running);
    stack.control().settle();
    Ok(())
}

/// Processes that run in the workspace.
fn below(stack: &Stack) -> Result<Vec<Pid>> {
    let inside = stack.workspace.path();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let directory = fs::read_link(entry.path().join("cwd"));
        let pid = entry.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
        if directory.is_ok_and(|directory| directory == inside) {
            found.extend(pid);
        }
    }
    if found.is_empty() {
        bail!("nothing runs in {}", inside.display());
    }
    Ok(found)
}

pub(crate) fn killed(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    // While it is created: nothing is in the state, and the node group is found by its tags.
    kill_after(&stack, &[], "CreateNodegroup", 1)?;
    stack.workspace.apply(&[])?.succeeds();
    stack.is_settled(&[])?;
    ensure!(stack.names() == ["workers-spot-1"], "{:?}", stack.names());
    // While two generations stand beside each other.
    let larger = ["-var=vcpu=8"];
    kill_after(&stack, &larger, "CreateNodegroup", 2)?;
    ensure!(stack.names() == ["workers-spot-1", "workers-spot-2"], "{:?}", stack.names());
    stack.workspace.apply(&larger)?.succeeds();
    stack.is_settled(&larger)?;
    ensure!(stack.names() == ["workers-spot-2"], "{:?}", stack.names());
    // While the old one is deleted.
    let back: [&str; 0] = [];
    kill_after(&stack, &back, "DeleteNodegroup", 2)?;
    stack.workspace.apply(&back)?.succeeds();
    stack.is_settled(&back)?;
    ensure!(stack.names() == ["workers-spot-3"], "{:?}", stack.names());
    ensure!(stack.group()?["generation"] == json!(3), "{:#}", stack.group()?);
    stack.never_below(3)?;
    stack.destroys(&back)
}
