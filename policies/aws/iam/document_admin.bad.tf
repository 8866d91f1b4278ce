data "aws_iam_policy_document" "main" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}
