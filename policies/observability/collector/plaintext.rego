# METADATA
# title: Telemetry leaves the cluster encrypted
# description: Traces and logs hold addresses, identifiers and queries of users; in clear they can be read and changed by everybody on the way.
# custom:
#   severity: high
#   documents: [otel_collector]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], iso-27001: [A.5.14, A.8.24], pci-dss: ["4.2.1"]}
#   remediation: Use `https://`, and leave `tls.insecure` out.
package parapet.observability.collector.plaintext

import data.parapet.lib.opentelemetry as otel
import rego.v1

deny contains {"path": place.path, "message": sprintf("exporter %s sends to %s in clear", [place.exporter, otel.host(place.endpoint)])} if {
	some place in otel.endpoints(input.document)
	otel.outside(place.endpoint)
	in_clear(place)
}

in_clear(place) if startswith(place.endpoint, "http://")

in_clear(place) if {
	not startswith(place.endpoint, "https://")
	place.spec.tls.insecure == true
}
