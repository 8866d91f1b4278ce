# Counts of one window for each release; more windows are more rows.
locals {
  verdict = provider::parapet::canary_verdict(
    [{ errors = 12, requests = 18000 }],
    [{ errors = 61, requests = 18200 }],
  )
}

output "canary" {
  value = "${local.verdict.verdict}: ${local.verdict.reason}"
}
