variable "name" {
  type = string
}

variable "type" {
  type    = string
  default = "t3.medium"
}
