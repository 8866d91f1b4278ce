variable "ami" {
  type    = string
  default = "ami-0c55b159cbfafe1f0"
}

variable "volume_type" {
  description = "Type of every volume of the workers."
  type        = string
  default     = "gp3" # until the review in Q3
}

variable "worker" {
  type = object({
    instance_type = string
    disk_gib      = number
  })
  default = {
    instance_type = "m6i.large" # 2 vCPUs, 8 GiB
    disk_gib      = 40          # GiB
  }
}
