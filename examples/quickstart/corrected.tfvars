storage_encrypted = true
backup_days       = 14
privileged        = false
