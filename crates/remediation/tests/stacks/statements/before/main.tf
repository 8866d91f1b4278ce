variable "validated" {
  default = "gp2"

  validation {
    condition     = contains(["gp2", "io1"], var.validated)
    error_message = "The backup tool knows gp2 and io1."
  }
}

resource "aws_ebs_volume" "validated" {
  availability_zone = "us-east-1a"
  size              = 100
  type              = var.validated
}

resource "aws_ebs_volume" "guarded" {
  availability_zone = "us-east-1a"
  size              = 100
  type              = local.guarded

  lifecycle {
    precondition {
      condition     = local.guarded == "gp2"
      error_message = "Only gp2 is allowed here."
    }
  }
}

resource "aws_ebs_volume" "promised" {
  availability_zone = "us-east-1a"
  size              = 100
  type              = "gp2"

  lifecycle {
    postcondition {
      condition     = self.type == "gp2"
      error_message = "Only gp2 is allowed here."
    }
  }
}

resource "aws_ebs_volume" "watched" {
  availability_zone = "us-east-1a"
  size              = 100
  type              = local.watched
}

check "watched" {
  assert {
    condition     = local.watched == "gp2"
    error_message = "It is not gp2 any more."
  }
}

resource "aws_ebs_volume" "shown" {
  availability_zone = "us-east-1a"
  size              = 100
  type              = local.shown
}

output "shown" {
  value = "volumes of type ${local.shown}"
}

# Of an identifier nobody knows here what it will be.
resource "aws_ebs_volume" "labelled" {
  availability_zone = "us-east-1a"
  size              = 100
  type              = local.labelled
}

output "labelled" {
  value = local.label
}

output "identifier" {
  value = [for volume in [aws_ebs_volume.allowed] : volume.id]
}

# These conditions hold with gp3 as well.
variable "allowed" {
  default = "gp2"

  validation {
    condition     = startswith(var.allowed, "gp")
    error_message = "A volume for general purposes, please."
  }
}

resource "aws_ebs_volume" "allowed" {
  availability_zone = "us-east-1a"
  size              = 100
  type              = var.allowed

  lifecycle {
    postcondition {
      condition     = self.type != "io1"
      error_message = "Too dear."
    }
  }
}

module "disk" {
  source = "./disk"
  type   = "gp2"
}

locals {
  guarded = "gp2"
  watched = "gp2"
  shown   = "gp2"

  labelled = "gp2"
  label    = "${aws_ebs_volume.labelled.id} (${local.labelled})"
}
