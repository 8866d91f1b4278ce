# METADATA
# title: Exporters verify whom they talk to
# description: Without verification the connection is encrypted to whoever answers it.
# custom:
#   severity: medium
#   documents: [otel_collector]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], iso-27001: [A.5.14, A.8.24], pci-dss: ["4.2.1"]}
#   remediation: Leave `insecure_skip_verify` out, and name the authority in `tls.ca_file`.
package parapet.observability.collector.verified_tls

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["exporters", name, "tls", "insecure_skip_verify"], "message": sprintf("exporter %s trusts every certificate", [name])} if {
	some name, exporter in k8s.map_at(input.document, "exporters")
	exporter.tls.insecure_skip_verify == true
}
