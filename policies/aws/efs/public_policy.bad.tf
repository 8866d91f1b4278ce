resource "aws_efs_file_system_policy" "main" {
  file_system_id = "fs-0123456789abcdef0"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "elasticfilesystem:ClientMount"
      Principal = "*"
      Resource  = "*"
    }]
  })
}
