resource "aws_iam_role_policy_attachment" "main" {
  role       = "orders"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_role" "main" {
  name = "orders"

  assume_role_policy = "{}"
}
