resource "aws_iam_role_policy_attachment" "main" {
  role       = "orders"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
