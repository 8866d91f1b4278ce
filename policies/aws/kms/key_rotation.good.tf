resource "aws_kms_key" "orders" {
  description         = "Orders database"
  enable_key_rotation = true
}

resource "aws_kms_key" "signing" {
  description              = "Release signatures"
  customer_master_key_spec = "ECC_NIST_P256"
  key_usage                = "SIGN_VERIFY"
}
