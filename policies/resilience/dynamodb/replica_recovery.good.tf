resource "aws_dynamodb_table" "main" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  replica {
    region_name            = "eu-central-1"
    point_in_time_recovery = true
  }
}
