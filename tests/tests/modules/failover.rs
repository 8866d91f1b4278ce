//! modules/failover on a sandbox: built, failed over within its objective, destroyed.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;

use crate::calls;
use crate::stack::Stack;

const OLD: &str = "eu-west-1";
const NEW: &str = "eu-central-1";

/// Slow enough that what Terraform itself needs is a small part of the time that is measured.
const SPEED: f64 = 30.0;

/// The objective of recovery in milliseconds, by the clock of the sandbox; what Terraform itself needs counts as well.
const OBJECTIVE: i64 = 15 * 60 * 1000;

/// The name of the group makes the name of the table, which `calls` makes.
const STACK: &str = r#"
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
    parapet = {
      source = "parapet-io/parapet"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

provider "parapet" {
  region            = "eu-west-1"
  s3_use_path_style = true

  policy {
    fail_on = "high"
  }
}

variable "active_region" {
  default = "eu-west-1"
}

variable "confirm_region" {
  default = null
}

module "failover" {
  source = "../modules/failover"

  name                  = "parapet"
  active_region         = var.active_region
  confirm_region        = var.confirm_region
  step_interval_seconds = 0
  deletion_protection   = false

  regions = [
    {
      region                 = "eu-west-1"
      db_instance_identifier = "orders"
      load_balancer_arn      = "eipalloc-0000000000000000a"
    },
    {
      region            = "eu-central-1"
      load_balancer_arn = "eipalloc-0000000000000000b"

      replica = {
        identifier             = "orders-standby"
        source_db_instance_arn = "arn:aws:rds:eu-west-1:123456789012:db:orders"
        instance_class         = "db.r6g.large"
        db_subnet_group_name   = "orders"
      }
    },
  ]
}

output "measured_rto_seconds" {
  value = module.failover.measured_rto_seconds
}

output "active_region" {
  value = module.failover.active_region
}
"#;

pub(crate) fn within_its_objective(terraform: &Terraform, (aws, moto): &(Provider, PathBuf)) -> Result<()> {
    let sandbox = Sandbox::start(Options { speed: SPEED, moto: Backend::Program(moto.clone()), ..Options::default() })?;
    for region in [OLD, NEW] {
        calls::create_table(&sandbox.endpoint, region)?;
        calls::create_subnet_group(&sandbox.endpoint, region)?;
    }
    let database = [
        ("DBInstanceIdentifier", "orders"),
        ("Engine", "postgres"),
        ("EngineVersion", "16.4"),
        ("DBInstanceClass", "db.r6g.large"),
        ("AllocatedStorage", "100"),
        ("MasterUsername", "service"),
        ("MasterUserPassword", "only-for-this-test"),
        ("BackupRetentionPeriod", "7"),
        ("DBSubnetGroupName", "orders"),
    ];
    calls::rds(&sandbox.endpoint, OLD, "CreateDBInstance", &database)?;
    sandbox.control().settle();
    let stack = Stack::on(terraform, aws, sandbox)?;
    let here = Path::new("own");
    stack.write(here, STACK)?;
    stack.run(here, &["apply", "-input=false", "-no-color", "-auto-approve"])?.succeeds();
    // The first backup of the replica keeps it busy.
    stack.sandbox().control().settle();
    stack.run(here, &["plan", "-input=false", "-no-color", "-detailed-exitcode"])?.succeeds().says("No changes");

    let there = ["-input=false", "-no-color", "-var=active_region=eu-central-1", "-var=confirm_region=eu-central-1"];
    let began = stack.sandbox().control().now();
    let run = stack.run(here, &[&["apply", "-auto-approve"], &there[..]].concat())?.succeeds();
    run.says("0 to add, 1 to change, 0 to destroy")
        .says("This plan fails over from eu-west-1 to eu-central-1")
        .says("active_region = \"eu-central-1\"");
    let took = stack.sandbox().control().now().0 - began.0;
    ensure!(took < OBJECTIVE, "{} seconds of the sandbox's clock", took / 1000);
    let overlaps = stack.sandbox().control().overlaps();
    ensure!(overlaps.is_empty(), "two open writers: {overlaps:?}");
    let promoted = stack.sandbox().control().called("rds", "PromoteReadReplica");
    ensure!(promoted.succeeded == 1, "{promoted:?}");

    let evidence = stack.path().join("own/evidence/parapet-epoch-2.jsonl");
    let bytes = std::fs::read(&evidence).with_context(|| format!("no {}", evidence.display()))?;
    parapet_evidence::verify(&bytes)?;

    stack.sandbox().control().settle();
    stack.run(here, &[&["plan", "-detailed-exitcode"], &there[..]].concat())?.succeeds().says("No changes");
    stack.run(here, &[&["destroy", "-auto-approve"], &there[..]].concat())?.succeeds();
    Ok(())
}
