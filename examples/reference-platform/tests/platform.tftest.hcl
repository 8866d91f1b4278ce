# The platform as a whole, with every provider mocked: what is joined to what.

mock_provider "aws" {
  alias = "primary"

  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/mocked" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }

  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/1" }
  }

  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/2" }
  }

  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-west-1:123456789012:backup-vault:shop" }
  }

  mock_resource "aws_eks_cluster" {
    defaults = {
      identity   = [{ oidc = [{ issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC" }] }]
      vpc_config = { cluster_security_group_id = "sg-0123456789abcdef0" }
    }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

mock_provider "aws" {
  alias = "dr"

  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:123456789012:key/mocked" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }

  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/1" }
  }

  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/2" }
  }

  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-central-1:123456789012:backup-vault:shop" }
  }

  mock_resource "aws_eks_cluster" {
    defaults = {
      identity   = [{ oidc = [{ issuer = "https://oidc.eks.eu-central-1.amazonaws.com/id/ABC" }] }]
      vpc_config = { cluster_security_group_id = "sg-0123456789abcdef0" }
    }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

mock_provider "parapet" {
  alias = "primary"

  mock_data "parapet_policy_check" {
    defaults = { passed = true }
  }

  mock_data "parapet_admission_review" {
    defaults = { passed = true }
  }

  mock_data "parapet_failover_readiness" {
    defaults = { ready = true, estimated_rto_seconds = 300 }
  }

  mock_resource "parapet_global_accelerator" {
    defaults = { arn = "arn:aws:globalaccelerator::123456789012:accelerator/1234abcd" }
  }
}

mock_provider "parapet" {
  alias = "dr"
}

variables {
  on_call           = "platform@example.com"
  database_password = "only-for-this-test"
  redis_auth_token  = "only-for-this-test"

  certificate_arns = {
    eu-west-1    = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
    eu-central-1 = "arn:aws:acm:eu-central-1:123456789012:certificate/2"
  }
}

run "two_regions" {
  assert {
    condition     = module.dr_region.vpc_cidr_block == "10.1.0.0/16" && module.primary_region.vpc_cidr_block == "10.0.0.0/16"
    error_message = "The networks can be peered."
  }

  assert {
    condition     = module.primary_region.db_instance_identifier == "shop-production" && module.dr_region.db_instance_identifier == "shop-production-dr"
    error_message = "Each region has its database."
  }

  assert {
    condition     = toset(keys(output.test_outputs)) == toset(["primary", "dr"]) && toset(keys(output.spot_node_groups)) == toset(["application", "dr-application"])
    error_message = "Both regions are in the outputs."
  }

  assert {
    condition     = toset(keys(output.delivery_files)) == toset(["kustomization.yaml", "delivery.yaml"]) && length(output.findings) == 0
    error_message = "The manifests are rendered, and nothing is found."
  }
}

run "each_region_has_a_certificate" {
  command         = plan
  expect_failures = [var.certificate_arns]

  variables {
    certificate_arns = { eu-west-1 = "arn:aws:acm:eu-west-1:123456789012:certificate/1" }
  }
}
