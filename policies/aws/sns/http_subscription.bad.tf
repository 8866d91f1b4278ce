resource "aws_sns_topic_subscription" "main" {
  topic_arn = "arn:aws:sns:eu-west-1:111122223333:orders"
  protocol  = "http"
  endpoint  = "http://orders.example.com/events"
}
