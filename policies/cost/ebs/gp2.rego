# METADATA
# title: EBS volumes are of type gp3
# description: A gp3 volume costs a fifth less than gp2 and has 3,000 IOPS at any size. gp2 is what EBS takes when no type is set.
# custom:
#   severity: low
#   resources: [aws_ebs_volume]
#   remediation: Set `type = "gp3"`; an existing volume is changed while it is in use.
package parapet.cost.ebs.gp2

import data.parapet.lib.aws_config
import rego.v1

deny contains {"path": ["type"], "message": "gp2 costs a quarter more than gp3"} if input.resource.values.type == "gp2"

deny contains {"message": "EBS takes gp2, as `type` is not set; gp3 costs a fifth less"} if {
	not input.resource.values.type
	unset
}

deny contains {"path": ["type"], "message": "is not known to be gp3"} if {
	not input.resource.values.type
	not unset
}

unset if aws_config.omits(input.resource.config, "type")
