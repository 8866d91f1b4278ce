resource "aws_opensearch_domain" "main" {
  domain_name    = "search"
  engine_version = "OpenSearch_2.17"

  encrypt_at_rest {
    enabled = true
  }
}
