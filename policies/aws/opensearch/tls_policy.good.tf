resource "aws_opensearch_domain" "main" {
  domain_name    = "search"
  engine_version = "OpenSearch_2.17"

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-2019-07"
  }
}
