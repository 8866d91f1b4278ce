module "cluster" {
  source  = "terraform-aws-modules/eks/aws"
  version = "20.37.2"

  cluster_name    = "main"
  cluster_version = "1.28"
}
