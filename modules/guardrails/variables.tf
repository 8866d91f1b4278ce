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
    What the stack may cost in a month: its estimate while it is planned, and an AWS Budget for what is really spent. None when left out.
    - `limit_usd`: USD in a month.
    - `mode`: `report` warns when the estimate is over, `enforce` stops the plan.
    - `max_increase_percent`: how much more than at the last apply the estimate may be.
    - `rules`: what to look for in the configuration and in the account: type of a rule of `parapet_cost_policy` to the least saving in USD a month.
    - `usage_file`: what configuration cannot tell, such as how much is stored and sent.
    - `actual_percent`: shares of the limit that have been spent when somebody is told.
    - `forecast_percent`: share that the month is going to cost when somebody is told.
    - `emails`, `sns_topic_arn`: who is told.
    - `cost_allocation_tags`: counts only what has one of these values of one tag, which must be activated for billing.
  EOT
  type = object({
    limit_usd            = number
    mode                 = optional(string, "report")
    max_increase_percent = optional(number)
    rules                = optional(map(number), { gp2_volumes = 0, io1_volumes = 0, previous_generation = 0, rds_gp2_storage = 0 })
    usage_file           = optional(string)
    actual_percent       = optional(set(number), [50, 80, 100])
    forecast_percent     = optional(number, 100)
    emails               = optional(set(string), [])
    sns_topic_arn        = optional(string)
    cost_allocation_tags = optional(map(list(string)), {})
  })
  default = null

  validation {
    condition     = var.budget == null || try(var.budget.limit_usd > 0, true)
    error_message = "budget.limit_usd must be more than 0."
  }

  validation {
    condition     = var.budget == null || try(contains(["report", "enforce"], var.budget.mode), true)
    error_message = "budget.mode must be report or enforce."
  }

  validation {
    condition     = var.budget == null || try(length(var.budget.emails) > 0 || var.budget.sns_topic_arn != null, true)
    error_message = "budget needs emails or sns_topic_arn: a budget that tells nobody guards nothing."
  }

  validation {
    condition     = var.budget == null || try(length(var.budget.cost_allocation_tags) <= 1, true)
    error_message = "budget.cost_allocation_tags takes one tag: AWS Budgets would count what has any of several."
  }
}

variable "cost_variables" {
  description = "Values of variables of the root module that its estimate depends on and that `-var` or `-var-file` set: Terraform tells a provider nothing of those."
  type        = any
  default     = {}
}

variable "compute_optimizer" {
  description = <<-EOT
    Enrols the account with AWS Compute Optimizer. It is of the account as a whole.
    - `include_member_accounts`: enrols the accounts of its organisation as well.
    - `keep_on_destroy`: leaves the account enrolled when the stack is destroyed.
  EOT
  type = object({
    enabled                 = optional(bool, true)
    include_member_accounts = optional(bool, false)
    keep_on_destroy         = optional(bool, false)
  })
  default = {}
}

variable "baseline_regions" {
  description = "Regions in which new volumes are encrypted whatever their configuration says. The setting is of the account as a whole."
  type        = set(string)
  default     = []
}
