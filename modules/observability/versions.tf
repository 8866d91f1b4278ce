terraform {
  # Validations that look at other variables.
  required_version = ">= 1.9.0"

  required_providers {
    parapet = {
      source  = "parapet-io/parapet"
      version = ">= 0.1.0"
    }
  }
}
