# METADATA
# title: Dashboards in files are not wrapped
# description: "The API takes `{\"dashboard\": {...}}`; from a file, as in a ConfigMap, Grafana reads the dashboard itself, and refuses the wrapping as a dashboard without a title."
# custom:
#   severity: medium
#   documents: [grafana_dashboard]
#   controls: {soc2: [CC7.2], nist-800-53: [SI-4, CA-7], iso-27001: [A.8.16], pci-dss: ["10.7"]}
#   remediation: Take `dashboard` away, and leave what is in it.
package parapet.observability.grafana.provisioned_shape

import rego.v1

deny contains {"path": ["dashboard"], "message": "Grafana finds no dashboard in this file, only the wrapping of its API"} if {
	input.holder == "ConfigMap"
	is_object(input.document.dashboard)
	not input.document.title
}
