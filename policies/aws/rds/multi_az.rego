# METADATA
# title: RDS instances have a standby in another zone
# description: A single-AZ instance is down for as long as its zone or its host is, and during maintenance. Read replicas are not judged; members of Aurora clusters are a type of their own.
# custom:
#   severity: medium
#   resources: [aws_db_instance]
#   controls: {soc2: [A1.2], gdpr: [Art. 32], nist-800-53: [CP-10]}
#   aliases: [CKV_AWS_157]
#   remediation: Set `multi_az = true`.
package parapet.aws.rds.multi_az

import data.parapet.lib.aws_config
import data.parapet.lib.aws_rds
import rego.v1

deny contains {"path": path, "message": "runs in one availability zone only"} if {
	input.resource.values.multi_az == false
	not aws_rds.replica
	path := aws_config.blame(input.resource.config, "multi_az", "replicate_source_db")
}

deny contains {"message": "runs in one availability zone only, as `multi_az` is not set"} if single_zone_by_default

deny contains {"path": ["multi_az"], "message": "does not say that it has a standby"} if {
	not known
	not aws_rds.replica
	not single_zone_by_default
}

known if is_boolean(input.resource.values.multi_az)

single_zone_by_default if {
	not known
	aws_config.omits(input.resource.config, "multi_az")
	aws_config.omits(input.resource.config, "replicate_source_db")
}
