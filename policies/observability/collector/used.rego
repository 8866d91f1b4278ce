# METADATA
# title: Everything the collector defines is used
# description: "A component that no pipeline names does nothing: data that seems to be exported or filtered is not."
# custom:
#   severity: low
#   documents: [otel_collector]
#   controls: {soc2: [CC7.2], nist-800-53: [SI-4, CA-7], iso-27001: [A.8.16], pci-dss: ["10.7"]}
#   remediation: Add the component to a pipeline (or to `service.extensions`), or take it out.
package parapet.observability.collector.used

import data.parapet.lib.opentelemetry as otel
import rego.v1

deny contains {"path": [section, name], "message": sprintf("nothing uses %s of `%s`", [name, section])} if {
	some section in ["receivers", "processors", "exporters", "extensions"]
	some name in otel.defined(input.document, section) - otel.used(input.document, section)
}

deny contains {"path": ["connectors", name], "message": sprintf("connector %s is not both exporter and receiver", [name])} if {
	some name in otel.defined(input.document, "connectors")
	not name in otel.used(input.document, "exporters") & otel.used(input.document, "receivers")
}
