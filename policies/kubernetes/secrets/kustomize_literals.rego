# METADATA
# title: Kustomize writes no secrets from literals
# description: Literals of a `secretGenerator` are in the repository, its history and every clone.
# custom:
#   severity: high
#   kinds: [Kustomization]
#   controls: {soc2: [CC6.1], cis-kubernetes: ["5.4.2"], nist-800-53: [IA-5], pci-dss: ["8.6.2"], iso-27001: [A.5.17]}
#   remediation: Fetch the secret with External Secrets or the CSI driver, or encrypt it with SOPS or Sealed Secrets.
package parapet.kubernetes.secrets.kustomize_literals

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["secretGenerator", index, "literals"], "message": sprintf("secret %s is written in the kustomization", [generator.name])} if {
	some index, generator in k8s.list_at(input.object, "secretGenerator")
	count(k8s.list_at(generator, "literals")) > 0
}
