# Backups beyond the database's own: daily for a month, monthly for a year, and in another region where one is named.

resource "aws_backup_vault" "this" {
  name        = local.name
  kms_key_arn = aws_kms_key.this["backup"].arn
  tags        = local.tags
}

locals {
  backups = {
    daily   = { schedule = "cron(0 5 * * ? *)", days = 35 }
    monthly = { schedule = "cron(0 6 1 * ? *)", days = 365 }
  }
}

resource "aws_backup_plan" "this" {
  name = local.name
  tags = local.tags

  dynamic "rule" {
    for_each = local.backups

    content {
      rule_name         = rule.key
      target_vault_name = aws_backup_vault.this.name
      schedule          = rule.value.schedule
      start_window      = 60
      completion_window = 480

      lifecycle {
        delete_after = rule.value.days
      }

      dynamic "copy_action" {
        for_each = var.backup_copy_vault_arn == null ? [] : [var.backup_copy_vault_arn]

        content {
          destination_vault_arn = copy_action.value

          lifecycle {
            delete_after = rule.value.days
          }
        }
      }
    }
  }
}

resource "aws_iam_role" "backup" {
  name               = "${local.name}-backup"
  assume_role_policy = data.aws_iam_policy_document.assumed_by["backup"].json
  tags               = local.tags
}

resource "aws_iam_role_policy_attachment" "backup" {
  for_each = toset(["AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores"])

  role       = aws_iam_role.backup.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/${each.key}"
}

# By tag: a replica that becomes the primary has it already.
resource "aws_backup_selection" "this" {
  name         = local.name
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.backup.arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = local.name
  }
}
