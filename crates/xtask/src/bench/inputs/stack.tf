# One file of a generated stack; NAME is a name of its own. What is here is what people write: variables, locals, for_each,
# dynamic blocks, functions, and a mistake now and then.

variable "NAME_environment" {
  description = "Environment of the service."
  type        = string
  default     = "production"

  validation {
    condition     = contains(["production", "staging"], var.NAME_environment)
    error_message = "Either production or staging."
  }
}

variable "NAME_ports" {
  type = map(object({ port = number, cidr_blocks = list(string) }))
  default = {
    https = { port = 443, cidr_blocks = ["10.0.0.0/8"] }
    admin = { port = 8443, cidr_blocks = ["10.1.0.0/16"] }
  }
}

locals {
  NAME_tags = merge({ Service = "NAME", Environment = var.NAME_environment }, { CostCenter = "4711" })
  NAME_cidr = cidrsubnet("10.0.0.0/8", 12, 7)
}

resource "aws_kms_key" "NAME" {
  description         = "Data of NAME"
  enable_key_rotation = true
  tags                = local.NAME_tags
}

resource "aws_s3_bucket" "NAME" {
  for_each = toset(["uploads", "exports"])
  bucket   = lower("acme-NAME-${each.key}")
  tags     = local.NAME_tags
}

resource "aws_s3_bucket_public_access_block" "NAME" {
  for_each                = aws_s3_bucket.NAME
  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = each.key == "uploads"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "NAME" {
  for_each = aws_s3_bucket.NAME
  bucket   = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.NAME.arn
    }
  }
}

resource "aws_security_group" "NAME" {
  name        = "NAME"
  description = "Traffic of NAME"
  tags        = local.NAME_tags

  dynamic "ingress" {
    for_each = var.NAME_ports

    content {
      description = "Port ${ingress.value.port}"
      protocol    = "tcp"
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      cidr_blocks = concat(ingress.value.cidr_blocks, [local.NAME_cidr])
    }
  }
}

data "aws_iam_policy_document" "NAME" {
  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = [for bucket in aws_s3_bucket.NAME : "${bucket.arn}/*"]
  }
}

resource "aws_iam_policy" "NAME" {
  name   = "NAME"
  policy = data.aws_iam_policy_document.NAME.json
}

resource "aws_sqs_queue" "NAME" {
  count                   = var.NAME_environment == "production" ? 2 : 1
  name                    = format("NAME-%02d", count.index)
  sqs_managed_sse_enabled = true
  redrive_policy          = jsonencode({ deadLetterTargetArn = "arn:aws:sqs:eu-central-1:123456789012:dead", maxReceiveCount = 5 })
}

resource "aws_db_instance" "NAME" {
  identifier                  = "NAME"
  engine                      = "postgres"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 20
  username                    = "service"
  manage_master_user_password = true
  storage_encrypted           = true
  kms_key_id                  = aws_kms_key.NAME.arn
  vpc_security_group_ids      = [aws_security_group.NAME.id]
  backup_retention_period     = lookup({ production = 14 }, var.NAME_environment, 7)
}
