# METADATA
# title: No pipeline prints all its data
# description: "`verbosity: detailed` writes every span and record to the log of the collector: personal data where nobody expects it, at the price of storing everything twice."
# custom:
#   severity: low
#   documents: [otel_collector]
#   controls: {soc2: [C1.1], gdpr: [Art. 5], nist-800-53: [SI-12], iso-27001: [A.8.12]}
#   remediation: "Use `verbosity: basic`, or take the exporter out of the pipeline."
package parapet.observability.collector.detailed_debug

import data.parapet.lib.opentelemetry as otel
import rego.v1

deny contains {"path": mention.path, "message": sprintf("%s prints everything", [mention.name])} if {
	some mention in otel.mentions(input.document)
	mention.section == "exporters"
	otel.kind(mention.name) == "debug"
	input.document.exporters[mention.name].verbosity == "detailed"
}
