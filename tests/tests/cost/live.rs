//! Rules about the account, in an account that is seeded.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use parapet_sandbox::faults::{Fault, FaultEffect};
use parapet_sandbox::services::estate::Estate;
use parapet_tests::tools::Terraform;
use serde_json::{Value, json};

use crate::stack::{ACCOUNT, Stack};

const HERE: &str = "us-east-1";
const ALL: &str = r#"-var=live={"rightsizing":{},"unattached_volumes":{},"idle_load_balancers":{},"idle_nat_gateways":{},"unused_addresses":{},"old_snapshots":{}}"#;

const MISTAKEN: &str = r#"resource "parapet_cost_policy" "more" {
  name               = "more"
  configuration_dir  = "${path.root}/shop"
  monthly_budget_usd = 1000

  rule {
    type          = "io1_volumes"
    lookback_days = 30
  }
}
"#;

fn account() -> Result<Estate> {
    Ok(serde_json::from_str(include_str!("account.json"))?)
}

fn seeded(terraform: &Terraform) -> Result<Stack> {
    let stack = Stack::empty(terraform)?;
    stack.control().seed(ACCOUNT, HERE, account()?);
    Ok(stack)
}

/// Types of the findings, and of what they are.
fn found(policy: &Value) -> BTreeSet<(String, String)> {
    let all = policy["findings"].as_array().into_iter().flatten();
    all.filter_map(|it| {
        let resource = it["resource_arn"].as_str()?.rsplit(['/', ':']).next()?;
        Some((it["type"].as_str()?.to_owned(), resource.to_owned()))
    })
    .collect()
}

fn are(expected: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    expected.iter().map(|(kind, id)| ((*kind).to_owned(), (*id).to_owned())).collect()
}

fn finding<'a>(policy: &'a Value, kind: &str) -> &'a Value {
    let mut all = policy["findings"].as_array().into_iter().flatten();
    all.find(|it| it["type"] == json!(kind)).unwrap_or(&Value::Null)
}

pub(crate) fn lifecycle(terraform: &Terraform) -> Result<()> {
    let stack = seeded(terraform)?;
    let rules = [ALL, r#"-var=rules={"gp2_volumes":0}"#];
    // A plan reads no account: it would find something else while it is applied.
    stack.workspace.plan(&rules)?.succeeds().says("128.88").says("known after apply").never_says("vol-free");
    stack
        .workspace
        .apply_saved()?
        .succeeds()
        .says("would save")
        .says("parapet cost recommend")
        .says(&format!("arn:aws:ec2:{HERE}:{ACCOUNT}:instance/i-easy: m5.2xlarge to "));
    let policy = stack.policy()?;
    let balancer = found(&policy).into_iter().find(|(kind, _)| kind == "idle_load_balancers");
    ensure!(balancer.is_some(), "{policy:#}");
    let mut expected = are(&[
        ("rightsizing", "i-easy"),
        ("rightsizing", "i-idle"),
        ("unattached_volumes", "vol-free"),
        ("unattached_volumes", "vol-cheap"),
        ("unattached_volumes", "vol-young"),
        ("idle_nat_gateways", "nat-idle"),
        ("idle_nat_gateways", "nat-new"),
        ("unused_addresses", "eipalloc-free"),
        ("old_snapshots", "snap-old"),
    ]);
    expected.extend(balancer);
    ensure!(found(&policy) == expected, "{policy:#}");
    let address = finding(&policy, "unused_addresses");
    ensure!(address["action"] == json!("Delete") && address["confidence"] == json!("medium"), "{address:#}");
    // 730 hours at $0.005.
    ensure!(address["monthly_savings_usd"].as_f64() == Some(3.65), "{address:#}");
    ensure!(address["message"] == json!("delete it (203.0.113.10): it is associated with nothing"), "{address:#}");
    ensure!(finding(&policy, "rightsizing")["action"] == json!("Rightsize"), "{policy:#}");
    // The volume of the configuration is found as before, and saves beside those of the account.
    let volume = finding(&policy, "gp2_volumes");
    ensure!(volume["address"] == json!("aws_ebs_volume.data") && volume["resource_arn"].is_null(), "{volume:#}");
    let all = policy["findings"].as_array().into_iter().flatten();
    let sum: f64 = all.filter_map(|it| it["monthly_savings_usd"].as_f64()).sum();
    let total = policy["potential_savings_usd"].as_f64().unwrap_or_default();
    ensure!(total > 5.0 && (sum - total).abs() < 0.001, "{sum} and {total}: {policy:#}");
    stack.is_settled(&rules)?;

    // What changes in the account is seen by the next refresh, and is no change of the policy.
    let mut less = account()?;
    less.volumes.retain(|it| it.id != "vol-free");
    stack.control().seed(ACCOUNT, HERE, less);
    stack.workspace.plan(&rules)?.succeeds().never_says("will be updated").never_says("vol-free: ");
    stack.workspace.apply(&rules)?.succeeds().says("0 changed");
    let after = stack.policy()?;
    expected.remove(&("unattached_volumes".to_owned(), "vol-free".to_owned()));
    ensure!(found(&after) == expected, "{after:#}");
    let saved = total - after["potential_savings_usd"].as_f64().unwrap_or_default();
    // 200 GiB at $0.08.
    ensure!((saved - 16.0).abs() < 0.001, "{saved}");
    stack.is_settled(&rules)?;

    // A change of something else reads nothing again; without the rules their findings go.
    stack.workspace.apply(&[ALL, "-var=limit=2000"])?.succeeds().says("1 changed");
    stack.workspace.apply(&[])?.succeeds().says("1 changed");
    ensure!(stack.policy()?["findings"] == json!([]), "{:#}", stack.policy()?);
    ensure!(
        stack.control().called("ce", "GetCostAndUsage").succeeded == 0,
        "bills cost money, and no rule is about them"
    );
    stack.destroys(&[])
}

pub(crate) fn limited(terraform: &Terraform) -> Result<()> {
    let stack = seeded(terraform)?;
    let of = |live: &str, more: &[&str]| -> Result<BTreeSet<(String, String)>> {
        let live = format!("-var=live={live}");
        let all: Vec<&str> = std::iter::once(live.as_str()).chain(more.iter().copied()).collect();
        stack.workspace.apply(&all)?.succeeds();
        stack.is_settled(&all)?;
        Ok(found(&stack.policy()?))
    };
    // Only what a rule needs is asked for.
    ensure!(of(r#"{"unused_addresses":{}}"#, &[])? == are(&[("unused_addresses", "eipalloc-free")]));
    let called = |operation: &str| stack.control().called("ec2", operation).succeeded;
    ensure!(called("DescribeAddresses") > 0 && called("DescribeVolumes") + called("DescribeSnapshots") == 0);
    ensure!(stack.control().called("monitoring", "GetMetricData").succeeded == 0);

    let volumes = |live: &str| of(live, &[]).map(|all| all.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
    // 10 GiB at $0.08 are less than a dollar; 20 days are less than 60.
    ensure!(volumes(r#"{"unattached_volumes":{"threshold":1}}"#)? == ["vol-free", "vol-young"]);
    ensure!(volumes(r#"{"unattached_volumes":{"grace_period_days":60}}"#)? == ["vol-cheap", "vol-free"]);
    ensure!(volumes(r#"{"old_snapshots":{"grace_period_days":100}}"#)? == ["snap-later", "snap-old"]);
    ensure!(volumes(r#"{"idle_nat_gateways":{"lookback_days":60}}"#)? == ["nat-idle"]);
    ensure!(volumes(r#"{"idle_instances":{},"rightsizing":{"min_datapoints":100000}}"#)? == ["i-idle"]);

    // What the scope leaves out is not found: a tag with several values, and regions. The newest snapshot of a volume that is there is
    // its backup, although the volume is out of scope.
    let tagged = [r#"-var=scope={"tag_filters":{"CostCenter":["Sales","Engineering"]}}"#];
    let expected =
        are(&[("rightsizing", "i-easy"), ("unattached_volumes", "vol-free"), ("unused_addresses", "eipalloc-free")]);
    let all = ALL.trim_start_matches("-var=live=");
    ensure!(of(all, &tagged)? == expected);
    let elsewhere = r#"{ "addresses": [{ "id": "eipalloc-eu", "ip": "203.0.113.20" }] }"#;
    stack.control().seed(ACCOUNT, "eu-west-1", serde_json::from_str(elsewhere)?);
    let scope = [r#"-var=scope={"regions":["eu-west-1","global"]}"#];
    ensure!(of(all, &scope)? == are(&[("unused_addresses", "eipalloc-eu")]));
    stack.destroys(&scope)
}

pub(crate) fn refused(terraform: &Terraform) -> Result<()> {
    let stack = seeded(terraform)?;
    let refuse = |service: &str, operation: &str, code: &str| {
        stack.control().inject(Fault {
            service: Some(service.to_owned()),
            operation: Some(operation.to_owned()),
            region: None,
            skip: 0,
            count: None,
            effect: FaultEffect::Error {
                status: 403,
                code: code.to_owned(),
                message: "You are not authorized to perform this operation.".to_owned(),
            },
        });
    };
    refuse("ec2", "DescribeVolumes", "UnauthorizedOperation");
    stack.workspace.apply(&[ALL])?.succeeds().says("Warning").says("DescribeVolumes").says("Allow ec2:DescribeVolumes");
    let policy = stack.policy()?;
    let has = |policy: &Value, kind: &str| found(policy).iter().any(|(it, _)| it == kind);
    ensure!(!has(&policy, "unattached_volumes"), "{policy:#}");
    ensure!(has(&policy, "rightsizing") && has(&policy, "unused_addresses"), "{policy:#}");
    stack.is_settled(&[ALL])?;

    // Without metrics nothing is judged by its use.
    refuse("monitoring", "GetMetricData", "AccessDenied");
    stack.workspace.apply(&[ALL])?.succeeds().says("Allow cloudwatch:GetMetricData");
    let policy = stack.policy()?;
    ensure!(!has(&policy, "rightsizing") && !has(&policy, "idle_nat_gateways"), "{policy:#}");
    ensure!(has(&policy, "unused_addresses"), "{policy:#}");
    stack.is_settled(&[ALL])?;

    // Refused everything, a report is a report; and what is allowed again is found again.
    refuse("ec2", "Describe*", "UnauthorizedOperation");
    refuse("elasticloadbalancing", "Describe*", "AccessDenied");
    stack
        .workspace
        .apply(&[ALL])?
        .succeeds()
        .says("ec2:DescribeAddresses")
        .says("elasticloadbalancing:DescribeLoadBalancers");
    ensure!(found(&stack.policy()?).is_empty(), "{:#}", stack.policy()?);
    stack.control().clear_faults();
    stack.workspace.apply(&[ALL])?.succeeds().never_says("could not be read");
    ensure!(has(&stack.policy()?, "unattached_volumes"), "{:#}", stack.policy()?);
    stack.destroys(&[ALL])
}

pub(crate) fn mistakes(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    for (mistaken, said) in [
        (r#"{"gp2_volumes":{"lookback_days":14}}"#, ["An argument of other rules", "`lookback_days`"]),
        (r#"{"old_snapshots":{"lookback_days":14}}"#, ["\"old_snapshots\"", "rightsizing, idle_instances"]),
        (r#"{"unused_addresses":{"grace_period_days":14}}"#, ["`grace_period_days`", "for unattached_volumes"]),
        (r#"{"idle_nat_gateways":{"min_datapoints":14}}"#, ["An argument of other rules", "`min_datapoints`"]),
        (r#"{"rightsizing":{"lookback_days":7}}"#, ["14", "90"]),
        (r#"{"unattached_volumes":{"lookback_days":20,"grace_period_days":30}}"#, ["Fewer days than", "at least 30"]),
        (r#"{"unattached_volumes":{"grace_period_days":91}}"#, ["that nothing can show", "at most 90"]),
        (r#"{"idle_volumes":{}}"#, ["\"unattached_volumes\"", "\"old_snapshots\""]),
    ] {
        let run = stack.workspace.plan(&[&format!("-var=live={mistaken}")])?.fails();
        for said in said {
            ensure!(run.said(said), "{mistaken} does not say {said:?}: {run}");
        }
    }
    let nowhere = r#"-var=scope={"regions":["global"]}"#;
    stack.workspace.plan(&[ALL, nowhere])?.fails().says("No region to look at").says("eu-west-1");
    stack.workspace.plan(&[nowhere])?.succeeds();
    // A block that is written out is shown at its line.
    stack.workspace.write("more.tf", MISTAKEN)?;
    stack.workspace.plan(&[])?.fails().says("on more.tf line 8").says("lookback_days = 30");
    Ok(())
}
