# The load balancer that an accelerator sends traffic to. Pods become its targets by a TargetGroupBinding.

resource "aws_security_group" "ingress" {
  count = var.ingress_config == null ? 0 : 1

  name        = "${local.name}-ingress"
  description = "Load balancer of the cluster"
  vpc_id      = aws_vpc.this.id
  tags        = merge(local.tags, { Name = "${local.name}-ingress" })
}

resource "aws_vpc_security_group_ingress_rule" "ingress" {
  for_each = toset(var.ingress_config == null ? [] : var.ingress_config.allowed_cidrs)

  security_group_id = aws_security_group.ingress[0].id
  description       = "HTTPS"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.key
  tags              = local.tags
}

resource "aws_vpc_security_group_egress_rule" "ingress" {
  count = var.ingress_config == null ? 0 : 1

  security_group_id            = aws_security_group.ingress[0].id
  description                  = "Pods"
  ip_protocol                  = "tcp"
  from_port                    = var.ingress_config.target_port
  to_port                      = var.ingress_config.target_port
  referenced_security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  tags                         = local.tags
}

resource "aws_vpc_security_group_ingress_rule" "pods" {
  count = var.ingress_config == null ? 0 : 1

  security_group_id            = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  description                  = "Load balancer"
  ip_protocol                  = "tcp"
  from_port                    = var.ingress_config.target_port
  to_port                      = var.ingress_config.target_port
  referenced_security_group_id = aws_security_group.ingress[0].id
  tags                         = local.tags
}

resource "aws_lb" "this" {
  count = var.ingress_config == null ? 0 : 1

  name                       = trimsuffix(substr(local.name, 0, 32), "-")
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = [for subnet in aws_subnet.public : subnet.id]
  security_groups            = [aws_security_group.ingress[0].id]
  enable_deletion_protection = var.deletion_protection
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "defensive"
  tags                       = local.tags

  access_logs {
    bucket  = aws_s3_bucket.access_logs[0].id
    enabled = true
  }

  depends_on = [aws_s3_bucket_policy.access_logs, aws_internet_gateway.this]
}

resource "aws_lb_target_group" "this" {
  count = var.ingress_config == null ? 0 : 1

  name        = trimsuffix(substr(local.name, 0, 32), "-")
  vpc_id      = aws_vpc.this.id
  target_type = "ip"
  port        = var.ingress_config.target_port
  protocol    = "HTTPS"
  tags        = local.tags

  health_check {
    protocol = "HTTPS"
    path     = var.ingress_config.health_check_path
    matcher  = "200"
  }
}

resource "aws_lb_listener" "https" {
  count = var.ingress_config == null ? 0 : 1

  load_balancer_arn = aws_lb.this[0].arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.ingress_config.certificate_arn
  tags              = local.tags

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[0].arn
  }
}

# Load balancers write their logs with the keys of S3 only.
resource "aws_s3_bucket" "access_logs" {
  count = var.ingress_config == null ? 0 : 1

  bucket        = "${local.name}-lb-logs-${local.account}"
  force_destroy = !var.deletion_protection
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "access_logs" {
  count = var.ingress_config == null ? 0 : 1

  bucket                  = aws_s3_bucket.access_logs[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "access_logs" {
  count = var.ingress_config == null ? 0 : 1

  bucket = aws_s3_bucket.access_logs[0].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "access_logs" {
  count = var.ingress_config == null ? 0 : 1

  bucket = aws_s3_bucket.access_logs[0].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "access_logs" {
  count = var.ingress_config == null ? 0 : 1

  bucket = aws_s3_bucket.access_logs[0].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "access_logs" {
  count = var.ingress_config == null ? 0 : 1

  bucket = aws_s3_bucket.access_logs[0].id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = 365
    }

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.access_logs]
}

data "aws_iam_policy_document" "access_logs" {
  count = var.ingress_config == null ? 0 : 1

  statement {
    sid       = "LoadBalancerLogs"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.access_logs[0].arn}/AWSLogs/${local.account}/*"]

    principals {
      type        = "Service"
      identifiers = ["logdelivery.elasticloadbalancing.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "NoClearText"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.access_logs[0].arn, "${aws_s3_bucket.access_logs[0].arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "access_logs" {
  count = var.ingress_config == null ? 0 : 1

  bucket = aws_s3_bucket.access_logs[0].id
  policy = data.aws_iam_policy_document.access_logs[0].json

  depends_on = [aws_s3_bucket_public_access_block.access_logs]
}
