# Policies and prices judge for real; only AWS is mocked.

mock_provider "aws" {}

variables {
  name            = "shop"
  allowed_regions = ["eu-*"]

  platform = {
    environment = "production"
    regions     = ["eu-west-1", "eu-central-1"]
    rpo_seconds = 60
    rto_minutes = 15
    tags        = { DataClassification = "Confidential", Compliance = "SOC2", CostCenter = "Engineering" }
  }

  budget = {
    limit_usd            = 12000
    emails               = ["platform@example.com"]
    cost_allocation_tags = { CostCenter = ["Engineering"] }
  }
}

run "a_platform_within_its_rails" {
  command = plan

  assert {
    condition     = output.passed && length(output.findings) == 0
    error_message = "Nothing is found."
  }

  assert {
    condition     = parapet_cost_policy.monthly[0].monthly_budget_usd == 12000 && length(parapet_cost_policy.monthly[0].notify.actual_percent) == 3
    error_message = "A budget that tells of three shares spent and one foreseen."
  }

  assert {
    condition     = parapet_cost_policy.monthly[0].scope.tag_filters.CostCenter == tolist(["Engineering"])
    error_message = "The tag is what counts."
  }

  assert {
    condition     = output.monthly_usd == 0 && output.unpriced_count == 0 && length(output.cost_findings) == 0
    error_message = "The module itself costs nothing, and that is known while planning."
  }

  assert {
    condition     = parapet_compute_optimizer_enrollment.this[0].status == "Active"
    error_message = "The account is enrolled with Compute Optimizer."
  }
}

run "an_adviser_lets_it_pass" {
  command = plan

  variables {
    enforcement     = "advisory"
    allowed_regions = ["us-*"]
    required_tags   = ["Owner"]
  }

  assert {
    condition     = !output.passed && toset(output.findings[*].rule) == toset(["guardrails-residency", "guardrails-ownership"])
    error_message = "Both regions and the tag are named."
  }
}

run "production_is_protected" {
  command = plan

  variables {
    enforcement = "advisory"
    platform = {
      environment         = "production"
      regions             = ["eu-west-1"]
      deletion_protection = false
      tags                = { DataClassification = "Confidential", Compliance = "SOC2", CostCenter = "Engineering" }
    }
  }

  assert {
    condition     = length([for it in output.findings : it if it.rule == "guardrails-production"]) == 4
    error_message = "One region, no protection, and neither objective."
  }
}

run "policies_of_ones_own_count_as_well" {
  command = plan

  variables {
    enforcement = "advisory"
    policies = {
      "names.rego" = <<-REGO
        package acme.names

        import rego.v1

        deny contains {"msg": "production is called prod here"} if input.platform.environment == "production"
      REGO
    }
  }

  assert {
    condition     = [for it in output.findings : it.message] == ["production is called prod here"]
    error_message = "The policy of one's own is asked."
  }
}

run "a_budget_tells_somebody" {
  command         = plan
  expect_failures = [var.budget]

  variables {
    budget = { limit_usd = 100 }
  }
}

run "a_budget_counts_by_one_tag" {
  command         = plan
  expect_failures = [var.budget]

  variables {
    budget = {
      limit_usd            = 100
      emails               = ["platform@example.com"]
      cost_allocation_tags = { CostCenter = ["Engineering"], Owner = ["Platform"] }
    }
  }
}
