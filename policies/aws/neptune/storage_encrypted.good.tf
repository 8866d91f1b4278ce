resource "aws_neptune_cluster" "main" {
  cluster_identifier = "graph"
  engine             = "neptune"

  storage_encrypted = true
}
