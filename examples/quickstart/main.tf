# A database and a web server, judged before anything is built.
#
#   terraform plan                               stops: the database is not encrypted, the container is privileged
#   terraform apply -var-file=corrected.tfvars   builds
#
# No cloud account is needed: `terraform_data` stands in for the real resources.

terraform {
  required_version = ">= 1.4.0"

  required_providers {
    parapet = {
      source = "parapet-io/parapet"
    }
  }
}

# The organisation's own policy, in Rego. Each `deny` is one reason not to build.
data "parapet_policy_check" "database" {
  input = {
    name              = "orders"
    engine            = "postgres"
    storage_encrypted = var.storage_encrypted
    backup_days       = var.backup_days
  }

  packs = [] # no other policies than these
  policies = {
    "database.rego" = <<-REGO
      package acme.database

      import rego.v1

      deny contains {
        "msg": sprintf("the database %s stores its data unencrypted", [input.name]),
        "path": ["storage_encrypted"],
      } if {
        not input.storage_encrypted
      }

      deny contains {
        "msg": sprintf("the database %s keeps backups for %d days, at least 7 are asked for", [input.name, input.backup_days]),
        "path": ["backup_days"],
      } if {
        input.backup_days < 7
      }
    REGO
  }
}

# A pack that comes with Parapet.
data "parapet_policy_check" "web" {
  packs   = ["kubernetes"]
  fail_on = "high"

  input = {
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata   = { name = "web", namespace = "shop" }
    spec = {
      replicas = 2
      selector = { matchLabels = { app = "web" } }
      template = {
        metadata = { labels = { app = "web" } }
        spec = {
          automountServiceAccountToken = false
          securityContext = {
            runAsNonRoot   = true
            runAsUser      = 10001
            seccompProfile = { type = "RuntimeDefault" }
          }
          containers = [{
            name  = "web"
            image = "registry.example.com/shop/web:1.4.2"
            securityContext = {
              privileged               = var.privileged
              allowPrivilegeEscalation = var.privileged
              readOnlyRootFilesystem   = true
              capabilities             = { drop = ["ALL"] }
            }
            resources = {
              requests = { cpu = "100m", memory = "128Mi" }
              limits   = { cpu = "500m", memory = "256Mi" }
            }
            readinessProbe = { httpGet = { path = "/ready", port = 8080 } }
            livenessProbe  = { httpGet = { path = "/live", port = 8080 } }
          }]
        }
      }
    }
  }
}

# Built from what was judged, so that nothing else can be built.
resource "terraform_data" "database" {
  input = data.parapet_policy_check.database.input
}

resource "terraform_data" "web" {
  input = data.parapet_policy_check.web.input.spec.template.spec.containers[0].image
}

output "passed" {
  description = "Whether both checks passed."
  value       = data.parapet_policy_check.database.passed && data.parapet_policy_check.web.passed
}
