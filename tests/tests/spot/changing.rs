//! A node group's life.

use anyhow::{Result, ensure};
use parapet_sandbox::services::ec2::{Amount, SetPrice};
use parapet_tests::tools::Terraform;
use serde_json::json;
use std::time::Duration;

use crate::stack::{ADDRESS, CLUSTER, Stack};

pub(crate) fn lifecycle(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    stack.workspace.plan(&[])?.succeeds().says("on_demand_usd_per_hour").says("price_source");
    stack.workspace.apply_saved()?.succeeds();
    stack.is_settled(&[])?;
    let group = stack.group()?;
    let rows = group["selected_instance_types"].as_array().cloned().unwrap_or_default();
    ensure!((3..=20).contains(&rows.len()), "{group:#}");
    for row in &rows {
        let (on_demand, spot) = (row["on_demand_usd_per_hour"].as_f64(), row["spot_usd_per_hour"].as_f64());
        let (Some(on_demand), Some(spot)) = (on_demand, spot) else { anyhow::bail!("a price is unknown: {row:#}") };
        ensure!(spot <= 0.7 * on_demand, "saves less than 30%: {row:#}");
        ensure!(row["vcpu"] == json!(4) && row["memory_mib"] == rows[0]["memory_mib"], "of another shape: {row:#}");
        ensure!(row["price_source"].as_str().is_some_and(|text| text.contains("EC2 Spot price history")), "{row:#}");
    }
    let remote = stack.remote();
    ensure!(remote.len() == 1 && remote[0].node_group == "workers-spot-1", "{remote:?}");
    ensure!(remote[0].capacity_type == "SPOT" && remote[0].nodes == 3, "{remote:?}");
    ensure!(group["generation"] == json!(1) && group["estimated_monthly_usd"].as_f64() > Some(0.0), "{group:#}");
    stack.destroys(&[])
}

pub(crate) fn in_place(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform, &[])?;
    // The autoscaler's number of nodes is not Terraform's business.
    stack.control().scale(CLUSTER, "workers-spot-1", 6)?;
    stack.is_settled(&[])?;
    let before = stack.last_event();
    let labels =
        [r#"-var=labels={"team":"shop","tier":"web"}"#, r#"-var=taints=[{"key":"spot","effect":"NO_SCHEDULE"}]"#];
    stack.workspace.apply(&labels)?.succeeds().says("1 changed");
    stack.is_settled(&labels)?;
    let calls = stack.changes_since(before);
    ensure!(calls.iter().filter(|it| *it == "UpdateNodegroupConfig").count() == 1, "{calls:?}");
    ensure!(!calls.contains(&"CreateNodegroup".to_owned()), "{calls:?}");
    ensure!(stack.remote()[0].scaling.desired_size == 6, "the number of nodes was reset: {:?}", stack.remote());
    // A minimum above the live size raises both, and EKS refuses the one without the other.
    let raised = [labels[0], labels[1], r#"-var=scaling={"min":8,"max":12,"desired_initial":8}"#];
    let cost = || -> Result<f64> { Ok(stack.group()?["estimated_monthly_usd"].as_f64().unwrap_or_default()) };
    let of_three = cost()?;
    stack.workspace.apply(&raised)?.succeeds();
    stack.is_settled(&raised)?;
    // What the state says is of the new number, at the prices of then.
    ensure!((cost()? / of_three - 8.0 / 3.0).abs() < 0.01, "{} after {of_three}", cost()?);
    let scaling = stack.remote()[0].scaling;
    ensure!((scaling.min_size, scaling.desired_size, scaling.max_size) == (8, 8, 12), "{scaling:?}");
    ensure!(stack.names() == ["workers-spot-1"], "{:?}", stack.names());
    stack.never_below(3)
}

pub(crate) fn generations(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform, &[])?;
    stack.control().scale(CLUSTER, "workers-spot-1", 5)?;
    let before = stack.types()?;
    let larger = ["-var=vcpu=8"];
    stack.workspace.apply(&larger)?.succeeds().says("1 changed");
    stack.is_settled(&larger)?;
    let remote = stack.remote();
    ensure!(remote.len() == 1 && remote[0].node_group == "workers-spot-2", "{remote:?}");
    ensure!(remote[0].nodes == 5, "the nodes were not carried over: {remote:?}");
    ensure!(stack.types()?.iter().all(|name| !before.contains(name)), "the same types");
    ensure!(stack.group()?["generation"] == json!(2), "{:#}", stack.group()?);
    // What EKS cannot change either.
    let role = ["-var=vcpu=8", "-var=role=others"];
    stack.workspace.apply(&role)?.succeeds();
    stack.is_settled(&role)?;
    ensure!(stack.names() == ["workers-spot-3"], "{:?}", stack.names());
    stack.never_below(3)?;
    stack.destroys(&role)
}

/// For six days a type has cost so much of its on-demand price.
fn priced(stack: &Stack, instance_type: &str, share: f64) -> Result<()> {
    let price = SetPrice {
        region: None,
        zone: None,
        instance_type: instance_type.to_owned(),
        price: Amount::Share(share),
        since: 0,
    };
    Ok(stack.control().set_spot_price(price, Duration::from_secs(6 * 24 * 3600))?)
}

pub(crate) fn breaches(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform, &[])?;
    let before = stack.types()?;
    // A price that moves is no change.
    let cheap =
        SetPrice { region: None, zone: None, instance_type: "*".to_owned(), price: Amount::Share(0.2), since: 0 };
    stack.control().set_spot_price(cheap, Duration::from_secs(24 * 3600))?;
    stack.is_settled(&[])?;
    stack.control().clear_spot_prices();
    priced(&stack, &before[0], 0.9)?;
    let why = format!("{}: saves too little", before[0]);
    stack.workspace.plan_changes(&[])?.succeeds().says("No changes").says(&why).says("Warning");
    stack.workspace.plan_changes(&["-var=on_breach=error"])?.fails().says(&why).says("Error");
    let mended = ["-var=reselection=on_breach"];
    stack.workspace.apply(&mended)?.succeeds().says("Other instance types are chosen").says(&why);
    stack.is_settled(&mended)?;
    ensure!(!stack.types()?.contains(&before[0]), "still among {:?}", stack.types()?);
    ensure!(stack.names() == ["workers-spot-2"], "{:?}", stack.names());
    // Within the requirements, and dearer than others by far.
    let (worse, always) = (stack.types()?[0].clone(), ["-var=reselection=always"]);
    priced(&stack, &worse, 0.69)?;
    stack.is_settled(&mended)?;
    stack.workspace.apply(&always)?.succeeds().says("1 changed");
    stack.is_settled(&always)?;
    ensure!(!stack.types()?.contains(&worse), "still among {:?}", stack.types()?);
    ensure!(stack.names() == ["workers-spot-3"], "{:?}", stack.names());
    stack.never_below(3)
}

pub(crate) fn on_demand(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform, &["-var=base=1"])?;
    stack.is_settled(&["-var=base=1"])?;
    let nodes = |name: &str| {
        stack.remote().iter().find(|it| it.node_group == name).map(|it| (it.capacity_type.clone(), it.nodes))
    };
    ensure!(nodes("workers-od-1") == Some(("ON_DEMAND".to_owned(), 1)), "{:?}", stack.remote());
    ensure!(nodes("workers-spot-1") == Some(("SPOT".to_owned(), 2)), "{:?}", stack.remote());
    // More of them, and none: the generation stays, and there are always enough nodes.
    stack.workspace.apply(&["-var=base=3"])?.succeeds();
    stack.is_settled(&["-var=base=3"])?;
    stack.workspace.apply(&[])?.succeeds();
    stack.is_settled(&[])?;
    ensure!(stack.names() == ["workers-spot-1"], "{:?}", stack.names());
    stack.never_below(2)?;
    stack.destroys(&[])
}

pub(crate) fn imported(terraform: &Terraform) -> Result<()> {
    let base = ["-var=base=1"];
    let stack = Stack::new(terraform, &base)?;
    let before = stack.group()?;
    stack.workspace.run(["state", "rm", ADDRESS])?.succeeds();
    let arguments = ["-input=false", "-no-color", base[0]];
    stack
        .workspace
        .run(["import"].iter().chain(&arguments).chain(&[ADDRESS, "main/workers"]))?
        .fails()
        .says("<cluster_name>:<name>");
    stack
        .workspace
        .run(["import"].iter().chain(&arguments).chain(&[ADDRESS, "main:others"]))?
        .fails()
        .says("Cannot import non-existent");
    stack.workspace.run(["import"].iter().chain(&arguments).chain(&[ADDRESS, "main:workers"]))?.succeeds();
    let event = stack.last_event();
    stack.workspace.apply(&base)?.succeeds().says("0 added, 1 changed, 0 destroyed");
    stack.is_settled(&base)?;
    let calls = stack.changes_since(event);
    ensure!(
        !calls.contains(&"CreateNodegroup".to_owned()) && !calls.contains(&"DeleteNodegroup".to_owned()),
        "{calls:?}"
    );
    let after = stack.group()?;
    ensure!(after["selection_hash"] == before["selection_hash"] && after["generation"] == json!(1), "{after:#}");
    stack.destroys(&base)
}

pub(crate) fn advice(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    stack.workspace.write("advice.tf", include_str!("advice.tf"))?;
    stack.workspace.apply(&[])?.succeeds();
    let outputs = stack.workspace.outputs()?;
    let (advice, none) = (&outputs["advice"], &outputs["none"]);
    ensure!(advice["feasible"] == json!(true), "{advice:#}");
    ensure!(advice["selection_hash"] == stack.group()?["selection_hash"], "other types: {advice:#}");
    ensure!(advice["placement_score"].as_i64().is_some_and(|score| (1..=10).contains(&score)), "{advice:#}");
    ensure!(none["feasible"] == json!(false) && none["selected_instance_types"] == json!([]), "{none:#}");
    ensure!(none["explanation"].as_str().is_some_and(|it| it.contains("min_savings_percent:")), "{none:#}");
    stack.destroys(&[])
}

pub(crate) fn listed(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform, &["-var=base=1"])?;
    let list = "list \"parapet_spot_node_group\" \"all\" {\n  provider = parapet\n\n  config {\n    cluster_name = \"main\"\n  }\n}\n";
    stack.workspace.write("all.tfquery.hcl", list)?;
    let run = stack.workspace.run(["query", "-no-color"])?.succeeds().says("cluster_name=main,name=workers");
    // Two node groups in EKS are one resource.
    ensure!(run.stdout.matches("name=workers").count() == 1, "{run}");
    stack.workspace.run(["state", "rm", ADDRESS])?.succeeds();
    let block = format!(
        "import {{\n  to       = {ADDRESS}\n  identity = {{ cluster_name = \"main\", name = \"workers\" }}\n}}\n"
    );
    stack.workspace.write("import.tf", &block)?;
    stack.workspace.apply(&["-var=base=1"])?.succeeds().says("1 imported, 0 added");
    stack.is_settled(&["-var=base=1"])?;
    stack.destroys(&["-var=base=1"])
}
