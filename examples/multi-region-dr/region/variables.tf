variable "name" {
  description = "Name of the service."
  type        = string
}

variable "cidr_block" {
  description = "Address range of the network."
  type        = string
}
