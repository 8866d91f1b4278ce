//! Gates without Terraform.
