module "logs" {
  source = "./modules/volume"

  name = "logs"
  size = 150
  type = "gp3" # written out for the auditors
}

# Its throughput could only be said in the module, for all of them.
module "reports" {
  source = "./modules/volume"

  name = "reports"
  size = 500
}

module "archive" {
  source = "./modules/volume"

  name = "archive"
  size = 2000
  type = "sc1"
}
