//! A cost policy's life.

use anyhow::{Result, anyhow, ensure};
use parapet_tests::tools::Terraform;
use serde_json::json;

use crate::stack::{ACCOUNT, POLICY, Stack};

/// What `shop.tf` costs: an m5.large, its 10 GiB of gp3, 500 GiB of gp2 and 100 GiB of gp3.
const MONTHLY: f64 = 70.08 + 0.8 + 50.0 + 8.0;

fn of_budgets<T>(answer: Result<T, String>) -> Result<T> {
    answer.map_err(|code| anyhow!("AWS Budgets: {code}"))
}

pub(crate) fn lifecycle(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    // The estimate stands in the plan already.
    stack.workspace.plan(&[])?.succeeds().says("monthly_usd").says("128.88");
    stack.workspace.apply_saved()?.succeeds();
    stack.is_settled(&[])?;
    let policy = stack.policy()?;
    ensure!(policy["estimate"]["monthly_usd"].as_f64() == Some(MONTHLY), "{policy:#}");
    ensure!(policy["estimate"]["previous_monthly_usd"].is_null() && policy["findings"] == json!([]), "{policy:#}");
    ensure!(policy["account_id"] == json!(ACCOUNT) && policy["unpriced_count"] == json!(0), "{policy:#}");
    ensure!(policy["arn"] == json!(format!("arn:aws:budgets::{ACCOUNT}:budget/shop")), "{policy:#}");
    ensure!(policy["estimate"]["without_usage_count"].as_i64() > Some(0), "what S3 stores is counted: {policy:#}");
    let budget = of_budgets(stack.budget())?;
    ensure!(budget["BudgetLimit"] == json!({ "Amount": "1000", "Unit": "USD" }), "{budget:#}");
    ensure!(of_budgets(stack.notifications())? == ["ACTUAL 100.0", "ACTUAL 80.0", "FORECASTED 100.0"]);
    stack.destroys(&[])
}

pub(crate) fn in_place(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform, &[])?;
    let more = [
        "-var=limit=1234.56",
        r#"-var=notify={"emails":["cost@example.com","cfo@example.com"],"actual_percent":[50],"forecast_percent":120}"#,
        r#"-var=scope={"regions":["us-east-1"],"tag_filters":{"CostCenter":["Engineering"]}}"#,
        r#"-var=tags={"app":"shop"}"#,
    ];
    stack.workspace.apply(&more)?.succeeds().says("1 changed");
    stack.is_settled(&more)?;
    let budget = of_budgets(stack.budget())?;
    ensure!(budget["BudgetLimit"]["Amount"] == json!("1234.56"), "{budget:#}");
    let filters = json!({ "Region": ["us-east-1"], "TagKeyValue": ["user:CostCenter$Engineering"] });
    ensure!(budget["CostFilters"] == filters, "{budget:#}");
    ensure!(of_budgets(stack.notifications())? == ["ACTUAL 50.0", "FORECASTED 120.0"]);
    let arn = format!("arn:aws:budgets::{ACCOUNT}:budget/shop");
    let tags = of_budgets(stack.aws("budgets", "ListTagsForResource", &json!({ "ResourceARN": arn })))?;
    let expected = json!([{ "Key": "app", "Value": "shop" }, { "Key": "team", "Value": "core" }]);
    ensure!(tags["ResourceTags"] == expected, "{tags:#}");
    // Only what bears the tag counts: the instance with its volume.
    let policy = stack.policy()?;
    ensure!(policy["estimate"]["monthly_usd"].as_f64() == Some(70.88), "{policy:#}");
    ensure!(policy["estimate"]["previous_monthly_usd"].as_f64() == Some(MONTHLY), "{policy:#}");
    // Nobody is told any more, and everything counts again.
    stack.workspace.apply(&["-var=notify=null"])?.succeeds().says("1 changed");
    stack.is_settled(&["-var=notify=null"])?;
    ensure!(of_budgets(stack.notifications())?.is_empty() && of_budgets(stack.budget())?["CostFilters"] == json!({}));
    stack.destroys(&["-var=notify=null"])
}

pub(crate) fn drift(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform, &[])?;
    let raised = json!({
        "AccountId": ACCOUNT,
        "NewBudget": {
            "BudgetName": "shop", "BudgetType": "COST", "TimeUnit": "MONTHLY",
            "BudgetLimit": { "Amount": "9999.0", "Unit": "USD" },
        },
    });
    of_budgets(stack.aws("budgets", "UpdateBudget", &raised))?;
    let gone = json!({
        "AccountId": ACCOUNT, "BudgetName": "shop",
        "Notification": { "NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0 },
    });
    of_budgets(stack.aws("budgets", "DeleteNotification", &gone))?;
    stack.workspace.plan_changes(&[])?.exits(2).says("9999").says("1 to change");
    stack.workspace.apply(&[])?.succeeds().says("1 changed");
    ensure!(of_budgets(stack.budget())?["BudgetLimit"]["Amount"] == json!("1000"));
    ensure!(of_budgets(stack.notifications())?.len() == 3);
    stack.is_settled(&[])?;
    // Deleted by hand it is made again; deleted under a destroy it is no error.
    let named = json!({ "AccountId": ACCOUNT, "BudgetName": "shop" });
    of_budgets(stack.aws("budgets", "DeleteBudget", &named))?;
    stack.workspace.apply(&[])?.succeeds().says("1 added");
    of_budgets(stack.aws("budgets", "DeleteBudget", &named))?;
    stack.workspace.destroy(&["-refresh=false"])?.succeeds();
    Ok(())
}

pub(crate) fn enforced(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    let over = ["-var=limit=100", "-var=mode=enforce"];
    let run = stack.workspace.plan(&over)?.fails();
    run.says("Over budget: $128.88 a month of $100.00")
        .says("$28.88 over the budget")
        .says("aws_instance.web[0]: $70.88 a month")
        .says("aws_ebs_volume.data: $50.00 a month")
        .says("aws_ebs_volume.archive: $8.00 a month")
        .says("monthly_budget_usd   = var.limit");
    ensure!(stack.budget().is_err(), "a budget came about all the same");
    // Reported it is a warning, and the budget is made.
    stack.workspace.apply(&["-var=limit=100"])?.succeeds().says("Warning: Over budget");
    let policy = stack.policy()?;
    ensure!(policy["findings"][0]["type"] == json!("over_budget"), "{policy:#}");
    stack.is_settled(&["-var=limit=100"])
}

pub(crate) fn increases(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform, &[])?;
    let three = |mode: &'static str| ["-var=instances=3", "-var=increase=50", mode];
    stack
        .workspace
        .plan(&three("-var=mode=enforce"))?
        .fails()
        .says("$141.76 a month more than before")
        .says("110%, and 50% is allowed");
    stack.workspace.apply(&three("-var=mode=report"))?.succeeds().says("a month more than before");
    // What has been applied is what the next change is compared with.
    stack.is_settled(&three("-var=mode=report"))?;
    stack.workspace.apply(&three("-var=mode=enforce"))?.succeeds();
    let policy = stack.policy()?;
    ensure!(policy["estimate"]["change_usd"].as_f64() == Some(141.76), "{policy:#}");
    ensure!(policy["findings"][0]["type"] == json!("over_increase"), "{policy:#}");
    // What had no price may only have become known: that stops nothing.
    stack.workspace.apply(&["-var=type=p9.large"])?.succeeds();
    let known = three("-var=mode=enforce");
    stack.workspace.apply(&known)?.succeeds().says("had no known price before");
    stack.is_settled(&known)?;
    stack.destroys(&[])
}

pub(crate) fn rules(terraform: &Terraform) -> Result<()> {
    let stack = Stack::empty(terraform)?;
    let looking = [r#"-var=rules={"gp2_volumes":5,"previous_generation":0}"#, "-var=type=m4.large"];
    stack
        .workspace
        .apply(&looking)?
        .succeeds()
        .says("would save")
        .says("aws_ebs_volume.data")
        .says("(main.tf:")
        .never_says("archive");
    let policy = stack.policy()?;
    let found = policy["findings"].as_array().cloned().unwrap_or_default();
    let of = |kind: &str| found.iter().find(|it| it["type"] == json!(kind)).cloned().unwrap_or_default();
    let volume = of("gp2_volumes");
    // 500 GiB at 0.10 and at 0.08, less 125 MiB/s at 0.04: as much throughput as before.
    ensure!(volume["address"] == json!("aws_ebs_volume.data") && volume["file"] == json!("main.tf"), "{policy:#}");
    ensure!(volume["monthly_savings_usd"].as_f64() == Some(5.0) && volume["line"].as_i64() > Some(1), "{policy:#}");
    ensure!(policy["potential_savings_usd"].as_f64() == Some(5.0), "{policy:#}");
    ensure!(of("previous_generation")["address"] == json!("aws_instance.web[0]"), "{policy:#}");
    stack.is_settled(&looking)?;
    // A saving below the threshold is no finding.
    let higher = [r#"-var=rules={"gp2_volumes":50}"#];
    stack.workspace.apply(&higher)?.succeeds().never_says("would save");
    ensure!(stack.policy()?["findings"] == json!([]) && stack.policy()?["potential_savings_usd"] == json!(0));
    stack.destroys(&higher)
}

pub(crate) fn imported(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform, &[])?;
    stack.workspace.run(["state", "rm", POLICY])?.succeeds();
    stack.workspace.apply(&[])?.fails().says("There is a budget named shop already").says("terraform import");
    stack.workspace.import(POLICY, &format!("{ACCOUNT}:shop"))?.succeeds();
    stack.workspace.apply(&[])?.succeeds().says("1 changed");
    stack.is_settled(&[])?;
    stack.destroys(&[])
}
