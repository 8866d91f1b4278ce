variable "region" {
  description = "Region of the service."
  type        = string
  default     = "eu-west-1"
}

variable "release_id" {
  description = "Release to run. A change rolls it out."
  type        = string
  default     = "v1"
}

variable "stable" {
  description = "Target group of the release that runs: blue or green. The new release goes to the other one; swap after a promotion."
  type        = string
  default     = "blue"

  validation {
    condition     = contains(["blue", "green"], var.stable)
    error_message = "Write blue or green."
  }
}

variable "prometheus_url" {
  description = "Address of Prometheus."
  type        = string
}

variable "prometheus_token" {
  description = "Bearer token for Prometheus. It is never stored."
  type        = string
  default     = null
  ephemeral   = true
}

variable "window" {
  description = "Length of a window in which releases are compared."
  type        = string
  default     = "1m"
}

variable "steps" {
  description = "Share of the traffic in percent, and shortest time, of each step."
  type        = list(object({ weight = number, min_duration = string }))
  default = [
    { weight = 5, min_duration = "5m" },
    { weight = 25, min_duration = "10m" },
    { weight = 50, min_duration = "15m" },
    { weight = 100, min_duration = "1m" },
  ]
}
