# METADATA
# title: Modules are asked for a Kubernetes version in standard support
# description: "Of a module that could not be read the arguments tell what it is to make: a version of Kubernetes for EKS, named `cluster_version` or `kubernetes_version`, as an argument or up to three levels deep in one. A module that is read is judged by its cluster. After fourteen months a version costs six times as much an hour, and gets fewer fixes."
# custom:
#   severity: medium
#   resources: [module]
#   controls: {soc2: [CC7.1], nist-800-53: [SI-2], pci-dss: ["6.3.3"], iso-27001: [A.8.8]}
#   remediation: Upgrade one minor version at a time. If the module makes something else of the argument, run `terraform init`, so that it is read.
package parapet.aws.eks.module_supported_version

import data.parapet.lib.aws_eks
import rego.v1

values := input.resource.values

# The names are written out, level by level: a search through everything would leave the question open for every module with an
# argument that is not known yet.
names := {"cluster_version", "kubernetes_version"}

deny contains finding([name], version) if {
	some name in names
	version := values[name]
}

deny contains finding([a, name], version) if {
	some name in names
	some a
	version := values[a][name]
}

deny contains finding([a, b, name], version) if {
	some name in names
	some a, b
	version := values[a][b][name]
}

deny contains finding([a, b, c, name], version) if {
	some name in names
	some a, b, c
	version := values[a][b][c][name]
}

finding(path, version) := {"path": path, "message": sprintf("Kubernetes %v %s", [version, fault])} if {
	# Other products have a `cluster_version` as well: OpenSearch 1.3 is none of Kubernetes.
	text := sprintf("%v", [version])
	regex.match(`^1\.[1-9][0-9]$`, text)
	fault := aws_eks.unsupported(text)
	not of_another_cloud
}

# Their calendars are others.
of_another_cloud if {
	regex.match(`(^|[^a-z])(aks|azure|azurerm|gke|google|gcp|oke|oci|digitalocean)([^a-z]|$)`, lower(values.source))
}
