//! An enrolment with Compute Optimizer.

use anyhow::{Result, anyhow, ensure};
use parapet_tests::tools::Terraform;
use serde_json::json;

use crate::stack::{ACCOUNT, ENROLMENT, Stack};

const ENROLLED: &str = "-var=enrolment={}";
const NO_POLICY: &str = "-var=policies=0";

fn status(stack: &Stack) -> Result<String> {
    let answer = stack.aws("compute-optimizer", "GetEnrollmentStatus", &json!({}));
    let answer = answer.map_err(|code| anyhow!("Compute Optimizer: {code}"))?;
    Ok(answer["status"].as_str().unwrap_or_default().to_owned())
}

pub(crate) fn lifecycle(terraform: &Terraform) -> Result<()> {
    let alone = [ENROLLED, NO_POLICY];
    let stack = Stack::new(terraform, &alone)?;
    // It waited while the enrolment was pending.
    ensure!(status(&stack)? == "Active");
    let state = stack.enrolment()?;
    ensure!(state["account_id"] == json!(ACCOUNT) && state["status"] == json!("Active"), "{state:#}");
    ensure!(state["number_of_member_accounts_opted_in"] == json!(0), "{state:#}");
    ensure!(state["last_updated"].as_str().is_some_and(|at| at.ends_with('Z')), "{state:#}");
    stack.is_settled(&alone)?;
    let members = [r#"-var=enrolment={"include_member_accounts":true}"#, NO_POLICY];
    stack.workspace.apply(&members)?.succeeds().says("1 changed");
    stack.is_settled(&members)?;
    // Somebody opts out.
    let out = json!({ "status": "Inactive" });
    stack.aws("compute-optimizer", "UpdateEnrollmentStatus", &out).map_err(|code| anyhow!(code))?;
    stack.workspace.plan_changes(&members)?.exits(2).says("Inactive");
    stack.workspace.apply(&members)?.succeeds();
    ensure!(status(&stack)? == "Active");
    stack.workspace.run(["state", "rm", ENROLMENT])?.succeeds();
    stack.workspace.run(["import", "-input=false", "-no-color", members[0], NO_POLICY, ENROLMENT, ACCOUNT])?.succeeds();
    stack.is_settled(&members)?;
    stack.workspace.destroy(&members)?.succeeds();
    ensure!(status(&stack)? == "Inactive", "destroying opts out");
    Ok(())
}

pub(crate) fn kept(terraform: &Terraform) -> Result<()> {
    let kept = [r#"-var=enrolment={"keep_on_destroy":true}"#, NO_POLICY];
    let stack = Stack::new(terraform, &kept)?;
    stack.workspace.destroy(&kept)?.succeeds();
    ensure!(status(&stack)? == "Active");
    let never = [r#"-var=enrolment={"status":"Inactive","include_member_accounts":true}"#, NO_POLICY];
    stack.workspace.plan(&never)?.fails().says("Members of nothing");
    let inactive = [r#"-var=enrolment={"status":"Inactive"}"#, NO_POLICY];
    stack.workspace.apply(&inactive)?.succeeds();
    ensure!(status(&stack)? == "Inactive");
    Ok(())
}
