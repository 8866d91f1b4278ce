package parapet.observability.grafana.provisioned_shape_test

import data.parapet.observability.grafana.provisioned_shape
import rego.v1

findings(document) := found if {
	found := provisioned_shape.deny with input as {"document": document}
}

findings_within(document, holder) := found if {
	found := provisioned_shape.deny with input as {"document": document, "holder": holder}
}

test_bad_example_fails if {
	findings_within({
		"dashboard": {
			"title": "Orders",
			"panels": [{"type": "timeseries", "title": "Requests", "targets": [{"expr": "up"}]}],
		},
	}, "ConfigMap") == {
		{
			"path": ["dashboard"],
			"message": "Grafana finds no dashboard in this file, only the wrapping of its API",
		},
	}
}

test_good_example_passes if {
	count(findings_within({
		"title": "Orders",
		"panels": [{"type": "timeseries", "title": "Requests", "targets": [{"expr": "up"}]}],
	}, "ConfigMap")) == 0
}

test_request_to_the_api_passes if {
	count(findings({"dashboard": {"title": "t", "panels": []}, "overwrite": true})) == 0
}
