variable "name" {
  description = "Name of the ConfigMap."
  type        = string
  default     = "feature-flags"

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.name))
    error_message = "A name is a DNS label; this is \"${var.name}\"."
  }
}

variable "namespace" {
  description = "Namespace of the ConfigMap."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.namespace)) && var.namespace != "default"
    error_message = "A namespace is a DNS label, and not \"default\"; this is \"${var.namespace}\"."
  }
}

variable "flags" {
  description = "The flags as JSON, in the format of flagd (OpenFeature): `{\"flags\": {NAME: {\"state\", \"variants\", \"defaultVariant\", \"targeting\", \"metadata\"}}}`. Usually `file(\"production.json\")`."
  type        = string

  validation {
    condition     = can(jsondecode(var.flags))
    error_message = "The flags are not JSON."
  }

  validation {
    condition     = !can(jsondecode(var.flags)) || can(keys(jsondecode(var.flags).flags))
    error_message = "The flags are under the key \"flags\": {\"flags\": {\"new-checkout\": {…}}}."
  }

  validation {
    condition     = length(var.flags) < 1000000
    error_message = "A ConfigMap holds 1 MiB; these are ${length(var.flags)} characters."
  }
}

variable "required_metadata" {
  description = "Metadata that every flag has to have. `expires` is a date, after which the flag should be gone from the code."
  type        = set(string)
  default     = ["owner"]
}

variable "as_of" {
  description = "Day, as in 2026-11-23: flags whose `expires` is before it are refused. `plantimestamp()` is today. Nothing expires when left out."
  type        = string
  default     = null

  validation {
    condition     = var.as_of == null || can(formatdate("YYYY", var.as_of)) || can(formatdate("YYYY", "${var.as_of}T00:00:00Z"))
    error_message = "Not a day: \"${coalesce(var.as_of, "none")}\"."
  }
}

variable "labels" {
  description = "Labels of the ConfigMap."
  type        = map(string)
  default     = {}
}
