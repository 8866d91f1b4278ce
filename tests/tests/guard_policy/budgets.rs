//! Plans that cost more than they may: with the prices that the binary holds, and nothing asked of AWS.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;

use crate::guarded::guarded;

const LIMIT: Duration = Duration::from_secs(300);

/// $140.16 a month.
const INSTANCE: &str = r#"
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "3.39.0"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

resource "aws_instance" "web" {
  ami               = "ami-0123456789abcdef0"
  availability_zone = "us-east-1a"
  instance_type     = "m5.xlarge"
}
"#;

pub(crate) fn a_plan_over_its_budget_is_denied(terraform: &Terraform, mirror: &Path) -> Result<()> {
    let (_directory, terraform) = guarded(terraform, "--packs cost --rule 'cost-budget-*'")?;
    let workspace = Workspace::new(&terraform)?.with_mirror(mirror)?.with_limit(LIMIT);
    workspace.write("main.tf", INSTANCE)?;
    workspace.write("parapet.hcl", "cost {\n  monthly_budget_usd = 100\n}\n")?;
    workspace.init()?.succeeds();
    workspace
        .plan(&[])?
        .fails()
        .says("cost-budget-monthly-budget")
        .says("$140.16")
        .says("$100.00")
        .says("parapet: denied");
    workspace.apply_saved()?.fails().never_says("Apply complete");

    workspace.write("parapet.hcl", "cost {\n  monthly_budget_usd = -100\n}\n")?;
    workspace.plan(&[])?.fails().says("parapet.hcl:2:24").says("below zero");

    // Within it, and without one.
    workspace.write("parapet.hcl", "cost {\n  monthly_budget_usd = 200\n}\n")?;
    workspace.plan(&[])?.succeeds().says("Plan: 1 to add").never_says("cost-budget");
    workspace.write("parapet.hcl", "fail_on = \"low\"\n")?;
    workspace.plan(&[])?.succeeds().says("Plan: 1 to add").never_says("cost-budget");
    Ok(())
}
