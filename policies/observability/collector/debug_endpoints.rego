# METADATA
# title: Debugging endpoints listen on the collector itself only
# description: "`pprof` gives away memory and can be made to use the processor, `zpages` shows the latest spans; on all interfaces they do so to every pod."
# custom:
#   severity: medium
#   documents: [otel_collector]
#   controls: {soc2: [CC6.6], nist-800-53: [CM-7, SC-7], iso-27001: [A.8.20, A.8.9], pci-dss: ["2.2.4"]}
#   remediation: Listen on `localhost`, and reach it through `kubectl port-forward`; or leave the extension out.
package parapet.observability.collector.debug_endpoints

import data.parapet.lib.kubernetes as k8s
import data.parapet.lib.opentelemetry as otel
import rego.v1

deny contains {"path": ["extensions", name, "endpoint"], "message": sprintf("%s listens on all interfaces", [name])} if {
	some name, extension in k8s.map_at(input.document, "extensions")
	otel.kind(name) in {"pprof", "zpages"}
	name in otel.used(input.document, "extensions")
	regex.match(`^(0\.0\.0\.0|\[::\])?:\d+$`, extension.endpoint)
}
