# METADATA
# title: Kafka brokers deliver their logs
# description: Broker logs show refused connections and failing replicas; on the broker itself nobody can read them.
# custom:
#   severity: low
#   resources: [aws_msk_cluster]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12], pci-dss: ["10.2.1"], iso-27001: [A.8.15]}
#   aliases: [CKV_AWS_80, AVD-AWS-0074]
#   remediation: Turn on `cloudwatch_logs`, `firehose` or `s3` in `logging_info.broker_logs`.
package parapet.aws.msk.logging

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "logging_info", [], "broker logs are not delivered") if not delivered

delivered if {
	some target in ["cloudwatch_logs", "firehose", "s3"]
	input.resource.values.logging_info[0].broker_logs[0][target][0].enabled
}
