resource "aws_iam_user_policy_attachment" "zoe" {
  user       = "zoe"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_policy_attachment" "billing" {
  name       = "billing"
  users      = ["zoe"]
  groups     = ["finance"]
  policy_arn = "arn:aws:iam::aws:policy/job-function/Billing"
}
