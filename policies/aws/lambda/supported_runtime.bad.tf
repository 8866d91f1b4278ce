resource "aws_lambda_function" "main" {
  function_name = "orders"
  role          = "arn:aws:iam::111122223333:role/orders"
  package_type  = "Zip"
  handler       = "main.handle"
  filename      = "orders.zip"

  runtime = "nodejs16.x"
}
