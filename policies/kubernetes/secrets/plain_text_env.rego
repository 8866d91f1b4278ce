# METADATA
# title: Environment variables hold no secret in plain text
# description: A password in a manifest is read by everyone with access to the repository, the pod or the API server's records.
# custom:
#   severity: high
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {nist-800-53: [IA-5], soc2: [CC6.1]}
#   remediation: Keep the value in a Secret or an external store, and refer to it with `valueFrom.secretKeyRef`.
package parapet.kubernetes.secrets.plain_text_env

import rego.v1

import data.parapet.lib.kubernetes as k8s

# Messages name the variable, never its value.
deny contains {"path": path, "message": message} if {
	some container in k8s.containers(input.object)
	some index, variable in k8s.list_at(container.spec, "env")
	fault := exposed(variable)
	path := k8s.container_path(container, ["env", index, "value"])
	message := sprintf("%s holds %s in plain text in %s", [container.label, fault, variable.name])
}

exposed(variable) := "a secret" if {
	regex.match(`(?i)(password|passwd|secret|token|api[_.-]?key|secret[_.-]?(access[_.-]?)?key|private[_.-]?key)$`, variable.name)
	not contains(lower(variable.name), "public")
	is_string(variable.value)
	not reference(variable.value)
} else := "the password of a URL" if {
	regex.match(`^[a-zA-Z][a-zA-Z0-9+.-]*://[^/@:\s]*:[^/@\s$<{][^/@\s]*@`, variable.value)
}

# Values that are not the secret itself: switches, sizes, files, other variables, entries of a secret store.
reference(value) if {
	regex.match(`(?i)^(|true|false|yes|no|on|off|none|[0-9]+)$`, value)
}

reference(value) if {
	regex.match(`^(/|\./|arn:|vault:|projects/|azurekeyvault@|[a-zA-Z][a-zA-Z0-9+.-]*://)`, value)
}

reference(value) if {
	regex.match(`\$\(|\$\{|\{\{`, value)
}
