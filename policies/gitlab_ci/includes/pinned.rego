# METADATA
# title: What is included is pinned
# description: What another project or a web address has today becomes jobs with the tokens and variables of this project; tomorrow it is something else.
# custom:
#   severity: medium
#   documents: [gitlab_ci]
#   controls: {soc2: [CC8.1], nist-800-53: [SI-7, SR-3], iso-27001: [A.5.21, A.8.28], pci-dss: ["6.3.2"]}
#   remediation: "Name a tag or a commit as `ref`, a version of a component, or the `integrity` of what is at an address."
package parapet.gitlab_ci.includes.pinned

import rego.v1

branches := {"HEAD", "develop", "main", "master", "trunk"}

deny contains {"path": ["include"], "message": sprintf("includes whatever is at %s", [input.document.include])} if {
	is_string(input.document.include)
	regex.match(`^https?://`, input.document.include)
}

deny contains {"path": ["include", index], "message": sprintf("includes whatever is at %s", [entry])} if {
	is_array(input.document.include)
	some index, entry in input.document.include
	is_string(entry)
	regex.match(`^https?://`, entry)
}

deny contains {"path": entry.path, "message": sprintf("includes whatever is at %s", [entry.spec.remote])} if {
	some entry in entries
	entry.spec.remote
	object.get(entry.spec, "integrity", "") == ""
}

deny contains {"path": entry.path, "message": sprintf("includes what project %s has on %s", [entry.spec.project, ref])} if {
	some entry in entries
	entry.spec.project
	ref := object.get(entry.spec, "ref", "HEAD")
	ref in branches
}

deny contains {"path": entry.path, "message": sprintf("includes the component %s in no fixed version", [entry.spec.component])} if {
	some entry in entries
	parts := split(entry.spec.component, "@")
	parts[count(parts) - 1] in branches | {"~latest"}
}

entries contains {"path": ["include", index], "spec": entry} if {
	is_array(input.document.include)
	some index, entry in input.document.include
	is_object(entry)
}

entries contains {"path": ["include"], "spec": input.document.include} if is_object(input.document.include)
