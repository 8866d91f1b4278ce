resource "aws_iam_account_password_policy" "account" {
  minimum_password_length   = 8
  password_reuse_prevention = 3
}
