resource "aws_opensearch_domain" "main" {
  domain_name    = "search"
  engine_version = "OpenSearch_2.17"

  advanced_security_options {
    enabled = true

    master_user_options {
      master_user_arn = "arn:aws:iam::111122223333:role/search-admin"
    }
  }
}
