# METADATA
# title: Instance metadata stays on the instance
# description: Each hop lets the answer travel one network further. One serves the instance, two its containers.
# custom:
#   severity: low
#   resources: [aws_instance, aws_launch_template]
#   controls: {soc2: [CC6.6], nist-800-53: [AC-6, SC-7], iso-27001: [A.8.20]}
#   remediation: Set `http_put_response_hop_limit` to 1, or to 2 where containers need the metadata.
package parapet.aws.ec2.metadata_hops

import rego.v1

deny contains {"path": ["metadata_options", 0, "http_put_response_hop_limit"], "message": "metadata can be fetched from beyond the instance"} if {
	input.resource.values.metadata_options[0].http_put_response_hop_limit > 2
}
