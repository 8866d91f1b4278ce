resource "aws_guardduty_detector" "main" {
}

resource "aws_guardduty_detector" "second" {
  enable = true
}
