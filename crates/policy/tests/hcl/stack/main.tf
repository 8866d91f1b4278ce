resource "aws_kms_key" "data" {
  description = "Key of ${var.environment}"
}

module "network" {
  source   = "./network"
  for_each = var.services

  name          = each.key
  ports         = toset(each.value.ports)
  source_ranges = each.value.public ? ["0.0.0.0/0"] : local.cidrs
}

module "database" {
  source = "./database"
  count  = 2

  identifier = format("%s-%02d", var.environment, count.index)
  key        = aws_kms_key.data.arn
  password   = var.password
  groups     = [for name, network in module.network : network.group if var.services[name].public]
  encrypted  = count.index == 0
}

resource "aws_s3_bucket" "logs" {
  bucket = join("-", [var.environment, "logs", lookup({ staging = "s" }, var.environment, "x")])
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.bucket
  versioning_configuration {
    status = local.production ? "Enabled" : "Suspended"
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Tls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::${aws_s3_bucket.logs.bucket}", "arn:aws:s3:::${aws_s3_bucket.logs.bucket}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_iam_policy" "wide" {
  name   = "wide"
  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    }
  JSON
}

resource "aws_cloudwatch_log_group" "service" {
  for_each          = { for name, service in var.services : name => service if !service.public }
  name              = "/services/${each.key}"
  retention_in_days = try(var.services[each.key].retention, 14)
  kms_key_id        = aws_kms_key.data.arn
}

output "groups" {
  value = values(module.network)[*].group
}
