module "cluster" {
  source  = "terraform-aws-modules/eks/aws"
  version = "20.37.2"

  cluster_name    = "main"
  cluster_version = "1.35"
}

module "search" {
  source = "git::https://git.example.com/modules/opensearch.git?ref=v1.4.0"

  domain = {
    cluster_version = "1.3"
  }
}
