# The rules of the organisation, on a value of the configuration itself. A violation stops the plan at `input`.
data "parapet_policy_check" "database" {
  input = {
    name              = "orders"
    storage_encrypted = true
    backup_days       = 14
  }

  packs = []
  policies = {
    "database.rego" = <<-REGO
      package acme.database

      import rego.v1

      deny contains {"msg": "storage is not encrypted", "path": ["storage_encrypted"]} if {
        not input.storage_encrypted
      }

      warn contains {"msg": "backups are kept for less than a week", "path": ["backup_days"]} if {
        input.backup_days < 7
      }
    REGO
  }
}

# The rules that come with Parapet, on a plan of another stack; what they find is shown and stops nothing.
data "parapet_policy_check" "network" {
  plan_file   = "${path.module}/network.tfplan.json"
  packs       = ["aws"]
  rules       = ["aws-security-group-*", "aws-vpc-*"]
  fail_on     = "high"
  enforcement = "advisory"
}

output "network_findings" {
  value = [for finding in data.parapet_policy_check.network.findings : "${finding.address}: ${finding.message}"]
}
