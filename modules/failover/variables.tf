variable "name" {
  description = "Name of the service; part of every name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,38}[a-z0-9]$", var.name))
    error_message = "name must be 2 to 40 lowercase letters, digits and hyphens, with a letter first and no hyphen last."
  }
}

variable "regions" {
  description = <<-EOT
    The two regions of the service, the one it was built in first.
    - `db_instance_identifier`: the region's database; that of the replica where `replica` makes one.
    - `load_balancer_arn`: where the accelerator sends the region's traffic.
    - `target_group`: targets of the load balancer; an alarm is raised when none of them is healthy.
    - `replica`: makes the region's database, as a replica of another region's. A region whose database is made elsewhere, as `modules/region` does, has none. After a failover it rebuilds the old primary from the new one, so that failing back is possible.
  EOT
  type = list(object({
    region                 = string
    db_instance_identifier = optional(string)
    load_balancer_arn      = string
    target_group           = optional(object({ arn = string }))
    replica = optional(object({
      identifier              = string
      source_db_instance_arn  = string
      instance_class          = string
      kms_key_id              = optional(string)
      db_subnet_group_name    = string
      vpc_security_group_ids  = optional(set(string))
      backup_retention_period = optional(number, 35)
      multi_az                = optional(bool, true)
    }))
  }))

  validation {
    condition     = length(var.regions) == 2 && length(distinct(var.regions[*].region)) == 2
    error_message = "regions must be two different regions."
  }

  validation {
    condition     = alltrue([for it in var.regions : (it.db_instance_identifier == null) != (it.replica == null)])
    error_message = "Each of the regions needs either db_instance_identifier or replica."
  }

  validation {
    condition     = alltrue([for it in var.regions : try(regex("^arn:[^:]+:elasticloadbalancing:([^:]+):", it.load_balancer_arn)[0] == it.region, true)])
    error_message = "The load balancer of a region lies in another: ${join(", ", [for it in var.regions : "${it.region} has ${it.load_balancer_arn}" if try(regex("^arn:[^:]+:elasticloadbalancing:([^:]+):", it.load_balancer_arn)[0] != it.region, false)])}."
  }

  validation {
    condition     = alltrue([for it in var.regions : try(it.replica.backup_retention_period >= 1 && it.replica.backup_retention_period <= 35 && floor(it.replica.backup_retention_period) == it.replica.backup_retention_period, true)])
    error_message = "backup_retention_period of a replica must be 1 to 35 days: RDS promotes none without backups, and keeps none longer."
  }
}

variable "active_region" {
  description = "Region that writes and gets the traffic. Change it, and `confirm_region` with it, to fail over."
  type        = string

  validation {
    condition     = contains(var.regions[*].region, var.active_region)
    error_message = "active_region must be one of the regions."
  }
}

variable "confirm_region" {
  description = "Must equal `active_region` when that changes, so that no edit fails over by accident."
  type        = string
  default     = null
}

variable "allow_data_loss" {
  description = "Promotes although the replication lag is above `rpo_seconds` or unknown. For the day when the old region is gone."
  type        = bool
  default     = false
}

variable "rpo_seconds" {
  description = "Most data that may be lost, as replication lag in seconds. A lag above it for five minutes raises an alarm."
  type        = number
  default     = 60

  validation {
    condition     = var.rpo_seconds >= 1 && var.rpo_seconds <= 86400
    error_message = "rpo_seconds must be 1 to 86400."
  }
}

variable "rto_minutes" {
  description = "Recovery time objective in minutes: what the measured time of a failover is compared with."
  type        = number
  default     = 15

  validation {
    condition     = var.rto_minutes >= 1 && var.rto_minutes <= 1440
    error_message = "rto_minutes must be 1 to 1440."
  }
}

variable "dial_steps" {
  description = "Traffic of the new region at each step of a failover, in percent. Each step takes the minutes that the accelerator needs to carry it to its edge, and counts for the recovery time."
  type        = list(number)
  default     = [50, 100]

  validation {
    condition     = length(var.dial_steps) > 0 && try(var.dial_steps[length(var.dial_steps) - 1] == 100, false)
    error_message = "dial_steps must end with 100."
  }

  validation {
    condition     = alltrue([for at, step in var.dial_steps : step > 0 && step <= 100 && try(at == 0 || step > var.dial_steps[at - 1], true)])
    error_message = "dial_steps must rise, from above 0 to 100: ${join(", ", var.dial_steps)}."
  }
}

variable "step_interval_seconds" {
  description = "Seconds between steps, in which the endpoints must stay healthy."
  type        = number
  default     = 30

  validation {
    condition     = var.step_interval_seconds >= 0 && var.step_interval_seconds <= 3600 && floor(var.step_interval_seconds) == var.step_interval_seconds
    error_message = "step_interval_seconds must be 0 to 3600."
  }
}

variable "fencing_mode" {
  description = "How the old writer is kept from writing: `remove_endpoints` or `security_group`. A failover stops when the fence cannot be put up."
  type        = string
  default     = "remove_endpoints"

  validation {
    condition     = contains(["remove_endpoints", "security_group"], var.fencing_mode)
    error_message = "fencing_mode must be remove_endpoints or security_group."
  }
}

variable "backup_retention_period" {
  description = "Days for which backups of the promoted database are kept."
  type        = number
  default     = 35

  validation {
    condition     = var.backup_retention_period >= 1 && var.backup_retention_period <= 35 && floor(var.backup_retention_period) == var.backup_retention_period
    error_message = "backup_retention_period must be 1 to 35 days."
  }
}

variable "health_check_path" {
  description = "Path of the accelerator's health checks, where an endpoint has none of its own."
  type        = string
  default     = "/healthz"

  validation {
    condition     = can(regex("^/\\S*$", var.health_check_path))
    error_message = "health_check_path must begin with /, and have no spaces; this is \"${var.health_check_path}\"."
  }
}

variable "flow_logs_retention" {
  description = "Days for which flow logs of the accelerator are kept."
  type        = number
  default     = 365

  validation {
    condition     = var.flow_logs_retention >= 1 && floor(var.flow_logs_retention) == var.flow_logs_retention
    error_message = "flow_logs_retention must be a number of days, 1 or more."
  }
}

variable "alarm_emails" {
  description = "Who is told of alarms. Each has to confirm an e-mail of AWS once for each region."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "No address of mail: ${join(", ", [for address in var.alarm_emails : address if !can(regex("^[^@\\s]+@[^@\\s]+$", address))])}."
  }
}

variable "evidence_directory" {
  description = "Directory for the evidence of failovers, on the machine that runs Terraform."
  type        = string
  default     = "evidence"
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete databases and tables, and buckets keep what is in them. Turn it off only where data may be lost."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of everything in the module."
  type        = map(string)
  default     = {}
}
