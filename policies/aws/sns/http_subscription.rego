# METADATA
# title: SNS delivers over encrypted connections
# description: A subscription with protocol `http` sends every message in the clear, and the receiver cannot know who sent it.
# custom:
#   severity: medium
#   resources: [aws_sns_topic_subscription]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   remediation: Use `protocol = "https"` with an endpoint that serves TLS.
package parapet.aws.sns.http_subscription

import rego.v1

deny contains {"path": ["protocol"], "message": "messages are sent in the clear"} if input.resource.values.protocol == "http"
