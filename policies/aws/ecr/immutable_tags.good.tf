resource "aws_ecr_repository" "main" {
  name = "orders"

  image_tag_mutability = "IMMUTABLE"
}
