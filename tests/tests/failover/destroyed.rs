//! `terraform destroy` of the small stack: what Terraform made is gone, and what it did not make is as it was.

use std::path::Path;

use anyhow::{Result, ensure};
use parapet_tests::tools::Terraform;
use serde_json::json;

use crate::stack::{BUCKET, FAIL_OVER, IN_BUCKET, NEW, OLD, Stack};
use crate::{calls, inventory};

const REGIONS: [&str; 2] = [OLD, NEW];

pub(crate) fn after_a_failover(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[])?;
    stack.fail_over(&[])?.succeeds();
    stack.has_failed_over(&[])?;
    stack.workspace.destroy(&FAIL_OVER)?.succeeds().says("3 destroyed");
    stack.control().settle();
    let left = inventory::take(&stack.sandbox, &REGIONS)?;
    let of = |service: &str| left.iter().filter(|name| name.starts_with(service)).cloned().collect::<Vec<_>>();
    // The database that the test made, and the snapshots that nobody asked for: none.
    ensure!(of("globalaccelerator").is_empty(), "{left:?}");
    ensure!(of("rds").iter().all(|name| name.ends_with(":db:orders") || name.contains(":subgrp:")), "{left:?}");
    for region in REGIONS {
        let items =
            calls::dynamodb(&stack.sandbox.endpoint, region, "Scan", &json!({ "TableName": "parapet-failover" }))?;
        ensure!(items["Count"] == json!(0), "a record is left in {region}: {items:#}");
    }
    let tags = format!("{:?}", stack.control().state().rds.instances);
    ensure!(!tags.contains("parapet:"), "a mark is left: {tags}");
    Ok(())
}

/// The evidence stays: nobody destroys that by destroying a stack.
pub(crate) fn with_a_bucket(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::new(terraform, moto, &[IN_BUCKET])?;
    stack.fail_over(&[IN_BUCKET])?.succeeds();
    stack.workspace.destroy(&[&FAIL_OVER[..], &[IN_BUCKET]].concat())?.succeeds().says("3 destroyed");
    let listed = calls::object(&stack.sandbox.endpoint, NEW, BUCKET, "?list-type=2")?;
    ensure!(listed.matches("<Key>").count() == 1 && listed.contains("<Key>failover/orders/epoch-2.jsonl<"), "{listed}");
    Ok(())
}
