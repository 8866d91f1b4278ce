//! The provider in real Terraform: what Rego refuses is not planned, and Terraform says why and where.

use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context as _, Result};
use parapet_tests::provider::Provider;
use parapet_tests::suite::Suite;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::{SAVED_PLAN, Workspace};
use parapet_tests::{checkout, process, recorded};
use serde_json::json;

fn main() -> ExitCode {
    Suite::new()
        .terraform("quickstart_is_stopped_at_the_line_to_blame", quickstart_is_stopped)
        .terraform("quickstart_corrected_is_built_and_destroyed", quickstart_corrected)
        .terraform("advisory_findings_are_warnings", advisory)
        .terraform("unknown_input_is_judged_at_apply", unknown_input)
        .terraform("plan_file_is_judged", plan_file)
        .terraform("a_configuration_is_judged_at_its_own_lines", configuration)
        .terraform("settings_and_waivers_hold_in_data_sources", waived)
        .terraform("admission_review", admission_review)
        .terraform("functions", functions)
        .terraform("a_policy_that_is_not_rego_names_its_line", broken_policy)
        .test("run_by_hand_it_explains_itself", by_hand)
        .run()
}

const REQUIRED: &str = r#"
terraform {
  required_providers {
    parapet = {
      source = "parapet-io/parapet"
    }
  }
}
"#;

/// A workspace with the provider and `stack`, initialised.
fn workspace(terraform: &Terraform, stack: &str) -> Result<Workspace> {
    let workspace = Workspace::new(terraform)?.with_provider(&Provider::parapet()?)?;
    workspace.write("main.tf", &format!("{REQUIRED}{stack}"))?;
    workspace.init()?.succeeds();
    Ok(workspace)
}

fn quickstart(terraform: &Terraform) -> Result<Workspace> {
    let workspace = Workspace::new(terraform)?.with_provider(&Provider::parapet()?)?;
    workspace.copy(&checkout::root().join("examples/quickstart"))?;
    workspace.init()?.succeeds();
    workspace.validate()?.succeeds();
    Ok(workspace)
}

fn quickstart_is_stopped(terraform: &Terraform) -> Result<()> {
    let workspace = quickstart(terraform)?;
    workspace
        .plan(&[])?
        .fails()
        .says("the database orders stores its data unencrypted")
        .says("the database orders keeps backups for 1 days, at least 7 are asked for")
        .says("with data.parapet_policy_check.database")
        .says("storage_encrypted = var.storage_encrypted")
        .says("backup_days = var.backup_days")
        .says("privileged")
        .says("with data.parapet_policy_check.web")
        .says("on main.tf line");
    Ok(())
}

fn quickstart_corrected(terraform: &Terraform) -> Result<()> {
    let workspace = quickstart(terraform)?;
    let corrected = ["-var-file=corrected.tfvars"];
    workspace.plan(&corrected)?.succeeds().says("2 to add").never_says("Warning");
    workspace.apply_saved()?.succeeds();
    assert_eq!(workspace.outputs()?.get("passed"), Some(&json!(true)));
    workspace.plan_changes(&corrected)?.succeeds().says("No changes");
    workspace.destroy(&corrected)?.succeeds().says("2 destroyed");
    Ok(())
}

fn advisory(terraform: &Terraform) -> Result<()> {
    let workspace = workspace(
        terraform,
        r#"
data "parapet_policy_check" "it" {
  input       = { encrypted = false }
  enforcement = "advisory"
  policies = {
    "acme.rego" = <<-REGO
      package acme
      import rego.v1
      deny contains "the disk is not encrypted" if not input.encrypted
    REGO
  }
}

output "passed" { value = data.parapet_policy_check.it.passed }
output "findings" { value = data.parapet_policy_check.it.findings }
"#,
    )?;
    workspace.apply(&[])?.succeeds().says("Warning").says("the disk is not encrypted");
    let outputs = workspace.outputs()?;
    assert_eq!(outputs.get("passed"), Some(&json!(false)));
    let findings = outputs.get("findings").and_then(|it| it.as_array()).context("no list of findings")?;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings.first().and_then(|it| it.get("message")), Some(&json!("the disk is not encrypted")));
    Ok(())
}

fn unknown_input(terraform: &Terraform) -> Result<()> {
    let workspace = workspace(
        terraform,
        r#"
resource "terraform_data" "key" {}

data "parapet_policy_check" "it" {
  input = { key = terraform_data.key.id }
  policies = {
    "acme.rego" = <<-REGO
      package acme
      import rego.v1
      deny contains "generated keys are forbidden" if input.key
    REGO
  }
}

resource "terraform_data" "after" {
  input = data.parapet_policy_check.it.passed
}
"#,
    )?;
    workspace.plan(&[])?.succeeds();
    workspace.apply_saved()?.fails().says("generated keys are forbidden");
    let state = workspace.show_state()?.to_string();
    assert!(state.contains("terraform_data.key") && !state.contains("terraform_data.after"), "{state}");
    Ok(())
}

fn plan_file(terraform: &Terraform) -> Result<()> {
    let plan = recorded::aws_plan();
    let workspace = workspace(
        terraform,
        &format!(
            r#"
data "parapet_policy_check" "it" {{
  plan_file   = {:?}
  packs       = ["aws"]
  enforcement = "advisory"
}}

output "passed" {{ value = data.parapet_policy_check.it.passed }}
output "addresses" {{ value = distinct([for finding in data.parapet_policy_check.it.findings : finding.address]) }}
"#,
            plan.display().to_string()
        ),
    )?;
    workspace.apply(&[])?.succeeds().never_says("correct-horse-battery-staple");
    let outputs = workspace.outputs()?;
    assert_eq!(outputs.get("passed"), Some(&json!(false)));
    let addresses = outputs.get("addresses").and_then(|it| it.as_array()).context("no list of addresses")?;
    for address in [
        "module.database.aws_db_instance.reports",
        r#"module.network.module.firewall.aws_security_group.this["bastion"]"#,
        "module.storage.aws_ebs_volume.scratch[1]",
    ] {
        assert!(addresses.contains(&json!(address)), "nothing at {address}, only at {addresses:#?}");
    }
    Ok(())
}

/// A stack of its own below the workspace, so that no provider for it is needed.
const QUEUE: &str = r#"variable "encrypted" {
  type = bool
}

resource "aws_sqs_queue" "orders" {
  name                    = "orders"
  sqs_managed_sse_enabled = var.encrypted
}
"#;

const CHECK_OF_QUEUE: &str = r#"
variable "encrypted" {
  type    = bool
  default = false
}

data "parapet_policy_check" "stack" {
  configuration_dir = "${path.root}/stack"
  variables         = { encrypted = var.encrypted }
  rules             = ["aws-sqs-encryption"]
}

output "counts" { value = data.parapet_policy_check.stack.counts }
output "findings" { value = data.parapet_policy_check.stack.findings }
"#;

fn configuration(terraform: &Terraform) -> Result<()> {
    let workspace = workspace(terraform, CHECK_OF_QUEUE)?;
    workspace.plan(&[])?.fails().says("holds no .tf file");
    workspace.write("stack/main.tf", QUEUE)?;
    workspace
        .plan(&[])?
        .fails()
        .says("aws-sqs-encryption")
        .says("aws_sqs_queue.orders")
        .says("stack/main.tf:7")
        .says("with data.parapet_policy_check.stack");
    workspace.apply(&["-var=encrypted=true"])?.succeeds();
    assert_eq!(workspace.outputs()?.get("findings"), Some(&json!([])));

    workspace.write("stack/broken.tf", "resource \"aws_sqs_queue\" {\n")?;
    workspace.plan(&["-var=encrypted=true"])?.fails().says("broken.tf");
    Ok(())
}

fn waived(terraform: &Terraform) -> Result<()> {
    let workspace = workspace(terraform, CHECK_OF_QUEUE)?;
    workspace.write("stack/main.tf", QUEUE)?;
    let waiver = |expires: &str| {
        format!(
            "waiver \"aws-sqs-encryption\" {{\n  address = \"aws_sqs_queue.orders\"\n  reason  = \"holds nothing but test data\"\n  \
             owner   = \"payments\"\n  expires = \"{expires}\"\n}}\n"
        )
    };
    workspace.write("parapet.hcl", &waiver("2999-12-31"))?;
    workspace.apply(&[])?.succeeds();
    let outputs = workspace.outputs()?;
    assert_eq!(outputs.get("counts").and_then(|counts| counts.get("waived")), Some(&json!(1)));
    let waived = outputs.get("findings").and_then(|findings| findings.pointer("/0/waived")).and_then(|it| it.as_str());
    assert!(waived.is_some_and(|text| text.contains("holds nothing but test data")), "{outputs:?}");

    // The queue is encrypted, so the waiver covers nothing; then it has expired.
    workspace.plan(&["-var=encrypted=true"])?.fails().says("covers nothing");
    workspace.write("parapet.hcl", &waiver("2020-01-31"))?;
    workspace.plan(&[])?.fails().says("A waiver of aws-sqs-encryption expired").says("aws_sqs_queue.orders");

    workspace.write("parapet.hcl", "rule \"aws-sqs-encryption\" {\n  severity = \"low\"\n}\n")?;
    workspace.plan(&[])?.succeeds().says("aws-sqs-encryption, low");
    Ok(())
}

fn admission_review(terraform: &Terraform) -> Result<()> {
    let workspace = workspace(
        terraform,
        r#"
variable "file" {
  type = string
}

data "parapet_admission_review" "it" {
  manifests = file(var.file)
  packs     = ["kubernetes"]
}
"#,
    )?;
    let manifest =
        |name: &str| format!("-var=file={}", checkout::root().join("examples/kubernetes").join(name).display());
    workspace.plan(&[&manifest("risky.yaml")])?.fails().says("data.parapet_admission_review.it");
    workspace.plan(&[&manifest("production.yaml")])?.succeeds();
    Ok(())
}

fn functions(terraform: &Terraform) -> Result<()> {
    let workspace = workspace(
        terraform,
        r#"
locals {
  pod = {
    apiVersion = "v1"
    kind       = "Pod"
    metadata   = { name = "tool", namespace = "shop" }
    spec       = { containers = [{ name = "tool", image = "tool:1", securityContext = { privileged = true } }] }
  }
  module = <<-REGO
    package acme
    import rego.v1
    names := [container.name | some container in input.spec.containers]
  REGO
}

output "rules" { value = [for finding in provider::parapet::findings(["kubernetes"], local.pod) : finding.rule] }
output "names" { value = provider::parapet::rego("data.acme.names", local.module, local.pod) }
"#,
    )?;
    workspace.apply(&[])?.succeeds();
    let outputs = workspace.outputs()?;
    assert_eq!(outputs.get("names"), Some(&json!(["tool"])));
    let rules = outputs.get("rules").and_then(|it| it.as_array()).context("no list of rules")?;
    assert!(rules.contains(&json!("kubernetes-pod-security-privileged")), "{rules:?}");
    Ok(())
}

fn broken_policy(terraform: &Terraform) -> Result<()> {
    let workspace = workspace(
        terraform,
        r#"
data "parapet_policy_check" "it" {
  input = {}
  policies = {
    "broken.rego" = <<-REGO
      package acme
      import rego.v1
      deny contains "x" if {
        input.a ==
      }
    REGO
  }
}
"#,
    )?;
    workspace.plan(&[])?.fails().says("broken.rego").says("data.parapet_policy_check.it");
    assert!(!workspace.path().join(SAVED_PLAN).exists() || workspace.show_plan()?.get("errored") == Some(&json!(true)));
    Ok(())
}

fn by_hand() -> Result<()> {
    let mut command = Command::new(Provider::parapet()?.binary);
    command.env_remove("TF_PLUGIN_MAGIC_COOKIE");
    let run = process::run(command, Duration::from_secs(20))?.fails().says("Terraform");
    assert!(run.stdout.is_empty(), "standard output belongs to the protocol\n{run}");
    Ok(())
}
