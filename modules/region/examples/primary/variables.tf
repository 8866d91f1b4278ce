variable "region" {
  description = "Region of everything."
  type        = string
  default     = "eu-west-1"
}

variable "redis_auth_token" {
  description = "Token that clients of the cache authenticate with."
  type        = string
  sensitive   = true
}
