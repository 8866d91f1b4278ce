resource "aws_lambda_function_url" "main" {
  function_name      = "orders"
  authorization_type = "AWS_IAM"
}
