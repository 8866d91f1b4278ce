//! The stand-in itself, where modules rely on it.

use std::path::Path;

use anyhow::Result;
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;

use crate::stack::Stack;

const HEAD: &str = r#"
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = { Owner = "tests" }
  }
}
"#;

fn stack(terraform: &Terraform, aws: &Provider, body: &str) -> Result<Stack> {
    let stack = Stack::new(terraform, aws)?;
    stack.write(Path::new("own"), &format!("{HEAD}{body}"))?;
    Ok(stack)
}

fn run(stack: &Stack, command: &str, more: &[&str]) -> Result<parapet_tests::process::Run> {
    let args: Vec<&str> = [command, "-input=false", "-no-color"].iter().chain(more).copied().collect();
    stack.run(Path::new("own"), &args)
}

pub(crate) fn lifecycle(terraform: &Terraform, aws: &Provider) -> Result<()> {
    let body = r#"
data "aws_availability_zones" "available" {}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
  tags       = { Name = "own" }
}

resource "aws_subnet" "this" {
  vpc_id            = aws_vpc.this.id
  availability_zone = data.aws_availability_zones.available.names[2]
  cidr_block        = "10.0.1.0/24"
}

resource "aws_iam_role" "this" {
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_eks_cluster" "this" {
  name     = "own"
  role_arn = aws_iam_role.this.arn

  vpc_config {
    subnet_ids = [aws_subnet.this.id]
  }
}

output "issuer" {
  value = aws_eks_cluster.this.identity[0].oidc[0].issuer
}

output "security_group" {
  value = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}
"#;
    let stack = stack(terraform, aws, body)?;
    let planned = run(&stack, "plan", &[])?.succeeds();
    let planned = planned.says("4 to add").says("+ id                                   = (known after apply)");
    planned.says("\"Owner\" = \"tests\"").says("availability_zone                              = \"eu-west-1c\"");
    run(&stack, "apply", &["-auto-approve"])?
        .succeeds()
        .says("issuer = \"https://")
        .says("security_group = \"eks-cluster-");
    run(&stack, "plan", &["-detailed-exitcode"])?.succeeds().says("No changes");
    stack.write(Path::new("own"), &format!("{HEAD}{}", body.replace("Name = \"own\"", "Name = \"other\"")))?;
    run(&stack, "apply", &["-auto-approve"])?.succeeds().says("0 added, 1 changed, 0 destroyed");
    run(&stack, "destroy", &["-auto-approve"])?.succeeds().says("4 destroyed");
    Ok(())
}

pub(crate) fn unconfigurable(terraform: &Terraform, aws: &Provider) -> Result<()> {
    let body = "resource \"aws_vpc\" \"this\" {\n  cidr_block = \"10.0.0.0/16\"\n  arn        = \"arn:mine\"\n}\n";
    let stack = stack(terraform, aws, body)?;
    let run = stack.run(Path::new("own"), &["validate", "-no-color"])?.fails();
    run.says("Value for unconfigurable attribute").says("arn        = \"arn:mine\"");
    Ok(())
}

pub(crate) fn unanswered(terraform: &Terraform, aws: &Provider) -> Result<()> {
    let stack = stack(terraform, aws, "data \"aws_vpc\" \"this\" {\n  id = \"vpc-1\"\n}\n")?;
    run(&stack, "plan", &[])?.fails().says("has no answer for aws_vpc");
    Ok(())
}
