//! Node groups that Parapet has not made: left alone, until they are imported.

use anyhow::{Result, ensure};
use parapet_tests::tools::Terraform;
use serde_json::json;

use crate::stack::{ADDRESS, CLUSTER, Stack};

/// What the foreign node group is made of, as arguments.
const TYPES: &str = r#"-var=types=["m5.xlarge","m5a.xlarge","m6i.xlarge"]"#;

fn foreign(stack: &Stack) -> Result<()> {
    stack.create_node_group(&json!({
        "nodegroupName": "workers",
        "nodeRole": "arn:aws:iam::123456789012:role/nodes",
        "subnets": ["subnet-0000000000000000a", "subnet-0000000000000000b"],
        "instanceTypes": ["m5.xlarge", "m5a.xlarge", "m6i.xlarge"],
        "capacityType": "SPOT",
        "scalingConfig": { "minSize": 2, "desiredSize": 4, "maxSize": 10 },
        "labels": { "team": "orders" },
        "tags": { "app": "orders", "made-by": "hand" },
    }))
}

fn import(stack: &Stack) -> Result<()> {
    let run = stack.workspace.run(["import", "-input=false", "-no-color", TYPES, ADDRESS, "main:workers"])?;
    run.succeeds();
    Ok(())
}

pub(crate) fn foreign_group(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    foreign(&stack)?;
    // A resource of the same name does not touch it.
    stack.workspace.apply(&[TYPES])?.succeeds();
    ensure!(stack.names() == ["workers", "workers-spot-1"], "{:?}", stack.names());
    stack.workspace.destroy(&[TYPES])?.succeeds();
    ensure!(stack.names() == ["workers"], "{:?}", stack.names());

    import(&stack)?;
    let event = stack.last_event();
    stack.workspace.apply(&[TYPES])?.succeeds().says("0 added, 1 changed, 0 destroyed").says("made-by");
    stack.is_settled(&[TYPES])?;
    let calls = stack.changes_since(event);
    ensure!(!calls.iter().any(|it| it == "CreateNodegroup" || it == "DeleteNodegroup"), "{calls:?}");
    let group = stack.group()?;
    ensure!(group["generation"] == json!(0) && group["node_group_names"] == json!(["workers"]), "{group:#}");

    // Labels and sizes in place; the number of nodes stays.
    stack.control().scale(CLUSTER, "workers", 5)?;
    let labelled = [TYPES, r#"-var=labels={"team":"shop"}"#];
    stack.workspace.apply(&labelled)?.succeeds().says("1 changed");
    stack.is_settled(&labelled)?;
    ensure!(stack.names() == ["workers"] && stack.remote()[0].scaling.desired_size == 5, "{:?}", stack.remote());

    // A base on demand is a second node group, which has no place beside a name like that: the next generation has both.
    let base = [TYPES, "-var=base=1"];
    stack.workspace.apply(&base)?.succeeds();
    stack.is_settled(&base)?;
    ensure!(stack.names() == ["workers-od-1", "workers-spot-1"], "{:?}", stack.names());
    stack.never_below(2)?;
    stack.destroys(&base)
}

pub(crate) fn destroyed_at_once(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    foreign(&stack)?;
    import(&stack)?;
    // Not marked as Parapet's yet, and the state knows it.
    stack.destroys(&[TYPES])
}
