variable "bastion_type" {
  default = "t3.nano"
}
