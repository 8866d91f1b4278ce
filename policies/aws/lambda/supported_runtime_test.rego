package parapet.aws.lambda.supported_runtime_test

import data.parapet.aws.lambda.supported_runtime
import rego.v1

findings(values, config) := found if {
	found := supported_runtime.deny with input as {"resource": {"values": values, "config": config}}
}

test_deprecated_fails if {
	findings({"runtime": "python3.8"}, {}) == {
		{"path": ["runtime"], "message": "python3.8 gets no security fixes any more"},
	}
}

test_supported_passes if count(findings({"runtime": "python3.13"}, {})) == 0

test_image_passes if count(findings({"package_type": "Image"}, {})) == 0
