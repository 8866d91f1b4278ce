variable "volumes" {
  type = map(object({
    size = number
    type = string
  }))
}

resource "aws_ebs_volume" "this" {
  for_each = var.volumes

  availability_zone = "us-east-1a"
  size              = each.value.size
  type              = each.value["type"]
}
