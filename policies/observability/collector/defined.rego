# METADATA
# title: Pipelines of the collector use only what is defined
# description: A collector whose pipeline names something that is not defined does not start, and every signal of the cluster is lost until it does.
# custom:
#   severity: high
#   documents: [otel_collector]
#   controls: {soc2: [CC7.2], nist-800-53: [SI-4, CA-7], iso-27001: [A.8.16], pci-dss: ["10.7"]}
#   remediation: Define the component in its section, or take it out of the pipeline.
package parapet.observability.collector.defined

import data.parapet.lib.opentelemetry as otel
import rego.v1

deny contains {"path": mention.path, "message": sprintf("%s is not defined in `%s`", [mention.name, mention.section])} if {
	some mention in otel.mentions(input.document)
	not mention.name in otel.defined(input.document, mention.section)
	not connects(mention)
}

# A connector is the exporter of one pipeline and the receiver of another.
connects(mention) if {
	mention.section in {"receivers", "exporters"}
	mention.name in otel.defined(input.document, "connectors")
}
