# METADATA
# title: The mesh accepts mutual TLS only
# description: With `PERMISSIVE` or `DISABLE`, workloads also take plain text from whoever reaches them, and know nobody.
# custom:
#   severity: high
#   kinds: [PeerAuthentication]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   remediation: "Set `mtls.mode: STRICT`, first for one namespace, then for the mesh."
package parapet.kubernetes.istio.mtls_strict

import rego.v1

deny contains {"path": ["spec", "mtls", "mode"], "message": sprintf("plain text is accepted (%s)", [mode])} if {
	mode := input.object.spec.mtls.mode
	mode in {"PERMISSIVE", "DISABLE"}
}

deny contains {"path": ["spec", "portLevelMtls", port, "mode"], "message": sprintf("plain text is accepted at port %v (%s)", [port, policy.mode])} if {
	some port, policy in input.object.spec.portLevelMtls
	policy.mode in {"PERMISSIVE", "DISABLE"}
}
