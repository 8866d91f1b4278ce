//! Metrics of CloudWatch, put into the sandbox and asked for with metric math.

use anyhow::{Result, ensure};
use parapet_tests::calls;
use parapet_tests::tools::Terraform;
use serde_json::json;

use super::judged::busy;
use super::stack::Stack;
use crate::series::{self, ERRORS, Service};
use crate::server::Tools;

/// The expressions of the guide.
const GATE: &str = r#"
resource "parapet_rollout_gate" "this" {
  canary_matchers   = "${var.service}-canary"
  baseline_matchers = "${var.service}-stable"
  half_matchers     = null

  cloudwatch {
    delay = "0s"
  }

  metric {
    name         = "errors"
    kind         = "error_ratio"
    canary_query = format(local.search, "HTTPCode_Target_5XX_Count")
    total_query  = format(local.search, "RequestCount")
  }
}
"#;

/// The same without a rollout.
const ANALYSES: &str = r#"
locals {
  search = "SUM(SEARCH('{AWS/ApplicationELB,LoadBalancer,TargetGroup} MetricName=\"%s\" TargetGroup=\"$arm\"', 'Sum', $period))"
}

data "parapet_canary_analysis" "this" {
  for_each = toset(["errors", "good", "nobody"])

  canary_matchers   = "${each.key}-canary"
  baseline_matchers = "${each.key}-stable"
  window            = "1s"
  duration          = "20s"

  cloudwatch {
    region = "eu-west-1"
    delay  = "0s"
  }

  metric {
    name         = "errors"
    kind         = "error_ratio"
    canary_query = format(local.search, "HTTPCode_Target_5XX_Count")
    total_query  = format(local.search, "RequestCount")
  }
}

output "verdicts" {
  value = { for service, analysis in data.parapet_canary_analysis.this : service => analysis.verdict }
}
"#;

pub(crate) fn judged(terraform: &Terraform, _tools: &Tools) -> Result<()> {
    let services = [Service { errors: 6.0 * ERRORS, ..busy("errors") }, busy("good")];
    let stack = Stack::with(terraform, "", "errors", |sandbox, workspace| {
        for body in series::counted(&services) {
            let target = ("eu-west-1", "monitoring", "GraniteServiceVersion20100801");
            calls::json(&sandbox.endpoint, target, "PutMetricData", &body)?;
        }
        workspace.write("analyses.tf", ANALYSES)?;
        workspace.write("gate_override.tf", GATE)
    })?;
    let outputs = stack.workspace.outputs()?;
    let expected = json!({ "errors": "rollback", "good": "promote", "nobody": "inconclusive" });
    ensure!(outputs.get("verdicts") == Some(&expected), "{outputs:#?}");

    stack.roll_out(&[])?.fails().says("v2 was not promoted: rollback").says("errors: rollback:");
    stack.stands("v1", 0, Some("rollback"))?;
    stack.roll_out(&["-var=service=good"])?.succeeds();
    stack.stands("v2", 100, Some("promote"))?;
    // What CloudWatch has no period for is found before anything happens.
    stack.workspace.plan(&["-var=window=7s"])?.fails().says("CloudWatch has periods of 1, 5, 10 and 30 seconds");
    Ok(())
}
