variable "storage_encrypted" {
  description = "Whether the database encrypts its storage."
  type        = bool
  default     = false
}

variable "backup_days" {
  description = "How long the database keeps its backups, in days."
  type        = number
  default     = 1
}

variable "privileged" {
  description = "Whether the web server's container gets every right on its node."
  type        = bool
  default     = true
}
