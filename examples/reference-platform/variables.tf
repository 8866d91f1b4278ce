variable "project_name" {
  description = "Name of the platform; the first part of every name."
  type        = string
  default     = "shop"
}

variable "environment" {
  description = "Name of the environment."
  type        = string
  default     = "production"
}

variable "primary_region" {
  description = "Region the platform was built in."
  type        = string
  default     = "eu-west-1"
}

variable "dr_region" {
  description = "Region that takes over."
  type        = string
  default     = "eu-central-1"

  validation {
    condition     = var.dr_region != var.primary_region
    error_message = "dr_region must be another region than primary_region."
  }
}

variable "vpc_cidr" {
  description = "Address range of the primary region's network; the DR region has the neighbouring one."
  type        = string
  default     = "10.0.0.0/16"
}

variable "active_region" {
  description = "Region that writes and gets the traffic. Change it, and confirm_region with it, to fail over. The primary region when left out."
  type        = string
  default     = null
}

variable "confirm_region" {
  description = "Must equal active_region when that changes."
  type        = string
  default     = null
}

variable "certificate_arns" {
  description = "Certificates of the service in ACM, by region."
  type        = map(string)

  validation {
    condition     = length(setsubtract([var.primary_region, var.dr_region], keys(var.certificate_arns))) == 0
    error_message = "certificate_arns needs one for each of ${var.primary_region} and ${var.dr_region}."
  }
}

variable "database_password" {
  description = "Password of the database's administrator. In no plan and no state; give it by TF_VAR_database_password, or with an ephemeral resource of your secret store."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "database_password_version" {
  description = "Raise it to write another database_password."
  type        = number
  default     = 1
}

variable "redis_auth_token" {
  description = "Token that clients of the cache authenticate with: 16 to 128 characters."
  type        = string
  sensitive   = true
}

variable "admin_role_arns" {
  description = "Roles that administer the clusters."
  type        = list(string)
  default     = []
}

variable "on_call" {
  description = "E-mail address that alarms and the budget tell."
  type        = string
}

variable "monthly_budget_usd" {
  description = "Budget of the account in USD a month."
  type        = number
  default     = 15000
}

variable "image_tag" {
  description = "Version of the service to be rolled out."
  type        = string
  default     = "1.0.0"
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete databases and load balancers. Turn it off before the platform is destroyed."
  type        = bool
  default     = true
}
