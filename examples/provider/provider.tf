terraform {
  required_providers {
    parapet = {
      source = "parapet-io/parapet"
    }
  }
}

provider "parapet" {}
