# METADATA
# title: Ingresses serve HTTPS
# description: Without TLS, passwords, cookies and data cross the network in the clear. Certificates that a cloud controller is told of by annotations count.
# custom:
#   severity: medium
#   kinds: [Ingress]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   remediation: Add `spec.tls` with the hosts and the Secret of the certificate.
package parapet.kubernetes.network.ingress_tls

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["spec", "tls"], "message": "no host is served over TLS"} if {
	startswith(input.object.apiVersion, "networking.k8s.io/")
	count(k8s.list_at(input.object.spec, "tls")) == 0
	not annotated
}

annotated if {
	some key, _ in k8s.map_at(input.object.metadata, "annotations")
	regex.match(`cert|ssl|tls|listen-ports`, lower(key))
}
