module "region" {
  source = "git::https://git.example.com/modules/region.git?ref=v3.2.0"

  eks_config = {
    addons = {
      coredns = {
        version = "v1.12.4-eksbuild.1"
      }
      vpc-cni = {}
    }
  }
}
