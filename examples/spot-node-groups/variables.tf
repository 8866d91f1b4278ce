variable "region" {
  description = "Region of the cluster."
  type        = string
  default     = "us-east-1"
}

variable "name" {
  description = "Name of the cluster."
  type        = string
  default     = "shop"
}

variable "api_access_cidrs" {
  description = "Networks from which the API of the cluster is reached over the internet. None, and it is reached inside the VPC alone."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = { CostCenter = "platform", DataClassification = "internal", Compliance = "none" }
}

variable "min_savings_percent" {
  description = "Percent that Spot has to be below on-demand, for every type."
  type        = number
  default     = 30
}

variable "application_vcpu" {
  description = "Processors of a node of the application. A change replaces its nodes, generation by generation."
  type        = number
  default     = 4
}

variable "application_labels" {
  description = "Labels of the nodes of the application."
  type        = map(string)
  default     = { workload = "application" }
}
