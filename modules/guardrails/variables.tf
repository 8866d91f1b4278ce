variable "name" {
  description = "Name of the platform; part of every name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,38}[a-z0-9]$", var.name))
    error_message = "name must be 2 to 40 lowercase letters, digits and hyphens, with a letter first and no hyphen last."
  }
}

variable "platform" {
  description = <<-EOT
    What the platform is going to be, in the values of the configuration itself: judged before anything is planned in AWS.
    - `regions`: where data lies.
    - `tags`: tags of everything.
    - `deletion_protection`: whether AWS refuses to delete databases.
    - `rpo_seconds`, `rto_minutes`: what a failover may lose, and how long it may take.
  EOT
  type = object({
    environment         = string
    regions             = list(string)
    tags                = map(string)
    deletion_protection = optional(bool, true)
    rpo_seconds         = optional(number)
    rto_minutes         = optional(number)
  })
}

variable "allowed_regions" {
  description = "Patterns of regions in which data may lie, such as `eu-*`."
  type        = list(string)
  default     = ["*"]

  validation {
    condition     = length(var.allowed_regions) > 0
    error_message = "allowed_regions must name a region or a pattern; \"*\" allows all."
  }
}

variable "required_tags" {
  description = "Tags that the platform must have."
  type        = list(string)
  default     = ["DataClassification", "Compliance", "CostCenter"]
}

variable "policies" {
  description = "Rego policies of your own beside those of the module: file name to source. They see `platform`, `allowed_regions` and `required_tags` as `input`."
  type        = map(string)
  default     = {}
}

variable "fail_on" {
  description = "Lowest severity that fails the check: `info`, `low`, `medium`, `high` or `critical`."
  type        = string
  default     = "medium"

  validation {
    condition     = contains(["info", "low", "medium", "high", "critical"], var.fail_on)
    error_message = "fail_on must be info, low, medium, high or critical."
  }
}

variable "enforcement" {
  description = "`mandatory`: what is found stops the plan. `advisory`: it is a warning."
  type        = string
  default     = "mandatory"

  validation {
    condition     = contains(["mandatory", "advisory"], var.enforcement)
    error_message = "enforcement must be mandatory or advisory."
  }
}

variable "budget" {
  description = <<-EOT
    Monthly budget of the account. None when left out.
    - `limit_usd`: USD in a month.
    - `actual_percent`: shares of it that have been spent when somebody is told.
    - `forecast_percent`: share that the month is going to cost when somebody is told.
    - `emails`, `sns_topic_arns`: who is told.
    - `cost_allocation_tags`: counts only what has these tags, which must be activated for billing.
  EOT
  type = object({
    limit_usd            = number
    actual_percent       = optional(list(number), [50, 80, 100])
    forecast_percent     = optional(number, 100)
    emails               = optional(set(string), [])
    sns_topic_arns       = optional(set(string), [])
    cost_allocation_tags = optional(map(list(string)), {})
  })
  default = null

  validation {
    condition     = var.budget == null || try(var.budget.limit_usd > 0, true)
    error_message = "budget.limit_usd must be more than 0."
  }

  validation {
    condition     = var.budget == null || try(length(var.budget.emails) + length(var.budget.sns_topic_arns) > 0, true)
    error_message = "budget needs emails or sns_topic_arns: a budget that tells nobody guards nothing."
  }
}

variable "compute_optimizer" {
  description = "Enrols the account, and the accounts of its organisation with `include_member_accounts`, with AWS Compute Optimizer. It is of the account as a whole."
  type = object({
    enabled                 = optional(bool, true)
    include_member_accounts = optional(bool, false)
  })
  default = {}
}

variable "baseline_regions" {
  description = "Regions in which new volumes are encrypted whatever their configuration says. The setting is of the account as a whole."
  type        = set(string)
  default     = []
}
