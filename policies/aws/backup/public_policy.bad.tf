resource "aws_backup_vault_policy" "main" {
  backup_vault_name = "main"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "backup:CopyFromBackupVault"
      Principal = "*"
      Resource  = "*"
    }]
  })
}
