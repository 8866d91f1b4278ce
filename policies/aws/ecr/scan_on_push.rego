# METADATA
# title: ECR scans images
# description: Known vulnerabilities in an image are found when somebody looks. Scanning that is configured for the whole registry serves every repository.
# custom:
#   severity: medium
#   scope: plan
#   resources: [aws_ecr_repository, aws_ecr_registry_scanning_configuration]
#   controls: {soc2: [CC7.1], nist-800-53: [RA-5, SI-2], pci-dss: ["6.3.2", "11.3"], iso-27001: [A.8.8]}
#   aliases: [CKV_AWS_163, AVD-AWS-0030]
#   remediation: Set `scan_on_push = true` in `image_scanning_configuration`, or manage an `aws_ecr_registry_scanning_configuration`.
package parapet.aws.ecr.scan_on_push

import data.parapet.lib.aws_config
import rego.v1

deny contains object.union({"address": repository.address}, fault) if {
	count(registry_rules) == 0
	some repository in input.plan.by_type.aws_ecr_repository
	not repository.values.image_scanning_configuration[0].scan_on_push
	fault := aws_config.fault(repository.config, "image_scanning_configuration", [0, "scan_on_push"], "images are not scanned when they are pushed")
}

registry_rules := [registry | some registry in input.plan.by_type.aws_ecr_registry_scanning_configuration]
