//! What AWS, price books and people get wrong.

use anyhow::{Result, ensure};
use parapet_sandbox::faults::{Fault, FaultEffect};
use parapet_tests::tools::Terraform;
use serde_json::json;

use crate::stack::Stack;

fn denied(service: &str, operation: &str) -> Fault {
    let effect = FaultEffect::Error {
        status: 400,
        code: "AccessDeniedException".to_owned(),
        message: format!("User: somebody is not authorized to perform: {service}:{operation}"),
    };
    Fault {
        service: Some(service.to_owned()),
        operation: Some(operation.to_owned()),
        region: None,
        skip: 0,
        count: Some(1),
        effect,
    }
}

pub(crate) fn access_denied(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    stack.control().inject(denied("budgets", "CreateBudget"));
    stack
        .workspace
        .apply(&[])?
        .fails()
        .says("Failed while creating the budget")
        .says("AccessDeniedException")
        .says("budgets:ModifyBudget");
    ensure!(stack.budget().is_err());
    let enrolled = ["-var=enrolment={}", "-var=policies=0"];
    stack.control().inject(denied("compute-optimizer", "UpdateEnrollmentStatus"));
    stack
        .workspace
        .apply(&enrolled)?
        .fails()
        .says("Failed while changing the enrolment")
        .says("compute-optimizer:UpdateEnrollmentStatus");
    // Nothing of it stands in the way.
    stack.workspace.apply(&["-var=enrolment={}"])?.succeeds();
    stack.destroys(&["-var=enrolment={}"])
}

pub(crate) fn prices(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    // A type that no book has: counted, and not in the sum.
    stack.workspace.apply(&["-var=type=p9.large"])?.succeeds();
    let policy = stack.policy()?;
    ensure!(policy["unpriced_count"] == json!(1), "{policy:#}");
    ensure!(policy["estimate"]["monthly_usd"].as_f64() == Some(58.8), "{policy:#}");
    let book = |name: &str, text: &str| stack.workspace.write(name, text);
    book("ours.json", &price_book("USD", "0.5"))?;
    stack.workspace.apply(&["-var=type=p9.large", "-var=price_book=ours.json"])?.succeeds();
    let policy = stack.policy()?;
    ensure!(policy["unpriced_count"] == json!(0), "{policy:#}");
    ensure!(policy["estimate"]["monthly_usd"].as_f64() == Some(365.0 + 58.8), "{policy:#}");
    book("negative.json", &price_book("USD", "-0.5"))?;
    stack.workspace.plan(&["-var=price_book=negative.json"])?.fails().says("The price book is not valid").says("-0.5");
    book("euro.json", &price_book("EUR", "0.5"))?;
    stack.workspace.plan(&["-var=price_book=euro.json"])?.fails().says("`EUR` is not supported").says("USD");
    stack.workspace.plan(&["-var=price_book=none.json"])?.fails().says("The price book cannot be read");
    Ok(())
}

fn price_book(currency: &str, usd: &str) -> String {
    format!(
        r#"{{"format": "parapet-price-book/1", "name": "ours", "date": "2026-07-01", "currency": "{currency}",
            "instances": {{"us-east-1": {{"p9.large": {usd}}}}}}}"#
    )
}

pub(crate) fn mistakes(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    for (mistaken, said) in [
        ("-var=limit=0", "above 0"),
        ("-var=limit=-5", "above 0"),
        ("-var=limit=0.001", "two decimals"),
        ("-var=mode=warn", "\"enforce\""),
        (r#"-var=notify={"emails":["nobody"]}"#, "an address of mail"),
        (r#"-var=rules={"gp4_volumes":0}"#, "\"gp2_volumes\""),
        (r#"-var=scope={"tag_filters":{"a":["1"],"b":["2"]}}"#, "1 to 1 long"),
        (r#"-var=tags={"aws:x":"y"}"#, "Reserved tag"),
    ] {
        let run = stack.workspace.plan(&[mistaken])?.fails();
        ensure!(run.said(said), "{mistaken} does not say {said:?}: {run}");
    }
    stack.workspace.write("shop/main.tf", "resource \"aws_instance\" {")?;
    stack.workspace.plan(&[])?.fails().says("shop/main.tf");
    Ok(())
}
