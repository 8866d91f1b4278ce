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
