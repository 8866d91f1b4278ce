data "aws_iam_policy_document" "main" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::orders/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
