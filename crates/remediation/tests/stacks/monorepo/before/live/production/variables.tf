variable "bastion_type" {
  default = "t2.nano"
}
