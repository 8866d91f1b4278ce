resource "aws_lambda_permission" "main" {
  function_name  = "orders"
  action         = "lambda:InvokeFunction"
  principal      = "s3.amazonaws.com"
  source_arn     = "arn:aws:s3:::example-orders"
  source_account = "111122223333"
}

resource "aws_lambda_permission" "second" {
  function_name = "orders"
  action        = "lambda:InvokeFunction"
  principal     = "arn:aws:iam::111122223333:role/orders"
}
