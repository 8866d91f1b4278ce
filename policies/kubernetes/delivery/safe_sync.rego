# METADATA
# title: Automatic sync retries, and does not empty an application
# description: With `allowEmpty`, a broken path or an empty render deletes everything that the application had. Without retries, a sync that fails once is left where it is.
# custom:
#   severity: medium
#   kinds: [Application]
#   controls: {soc2: [A1.2, CC8.1], nist-800-53: [CM-3, SI-17], iso-27001: [A.8.32]}
#   remediation: "Set `allowEmpty: false`, and `syncPolicy.retry` with a limit above 0."
package parapet.kubernetes.delivery.safe_sync

import rego.v1

deny contains {"path": ["spec", "syncPolicy", "automated", "allowEmpty"], "message": "an empty render deletes everything"} if {
	startswith(input.object.apiVersion, "argoproj.io/")
	automated := input.object.spec.syncPolicy.automated
	automated.prune == true
	automated.allowEmpty == true
}

deny contains {"path": ["spec", "syncPolicy", "retry"], "message": "a sync that fails is not tried again"} if {
	startswith(input.object.apiVersion, "argoproj.io/")
	is_object(input.object.spec.syncPolicy.automated)
	input.object.spec.syncPolicy.automated.enabled != false
	retries == 0
}

deny contains {"path": ["spec", "syncPolicy", "retry"], "message": "a sync that fails is not tried again"} if {
	startswith(input.object.apiVersion, "argoproj.io/")
	is_object(input.object.spec.syncPolicy.automated)
	not is_boolean(input.object.spec.syncPolicy.automated.enabled)
	retries == 0
}

retries := object.get(input.object.spec.syncPolicy, ["retry", "limit"], 0)
