variable "name" {
  description = "Name of the service; prefix of everything that is created."
  type        = string
  default     = "orders"
}

variable "primary_region" {
  description = "Region the service was built in."
  type        = string
  default     = "eu-west-1"
}

variable "standby_region" {
  description = "Region that takes over."
  type        = string
  default     = "eu-central-1"
}

variable "active_region" {
  description = "Region that writes and gets the traffic. Change it, and confirm_region with it, to fail over."
  type        = string
  default     = "eu-west-1"
}

variable "confirm_region" {
  description = "Must equal active_region when that changes."
  type        = string
  default     = null
}

variable "primary_rebuilt" {
  description = "After a failover: replaces the old primary by a replica of the new one, so that failing back is possible."
  type        = bool
  default     = false
}

variable "allow_data_loss" {
  description = "Promotes although the replication lag is too high or unknown."
  type        = bool
  default     = false
}

variable "database_password" {
  description = "Password of the database user."
  type        = string
  sensitive   = true
}

variable "evidence_directory" {
  description = "Directory for the evidence of failovers."
  type        = string
  default     = "evidence"
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = { CostCenter = "orders", DataClassification = "confidential", Compliance = "soc2" }
}
