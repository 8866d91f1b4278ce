variable "name" {
  type = string
}

variable "type" {
  type    = string
  default = "t2.medium"
}
