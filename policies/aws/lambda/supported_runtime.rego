# METADATA
# title: Lambda runtimes still get security fixes
# description: AWS stops patching a runtime when it is deprecated, later refuses to create and then to change functions on it.
# custom:
#   severity: medium
#   resources: [aws_lambda_function]
#   controls: {soc2: [CC7.1], nist-800-53: [SI-2], pci-dss: ["6.3.3"], iso-27001: [A.8.8]}
#   aliases: [CKV_AWS_363]
#   remediation: Move to a runtime that is supported, such as `python3.13`, `nodejs22.x` or `java21`.
package parapet.aws.lambda.supported_runtime

import rego.v1

deny contains {"path": ["runtime"], "message": sprintf("%s gets no security fixes any more", [input.resource.values.runtime])} if {
	input.resource.values.runtime in deprecated
}

# Runtimes that AWS lists as deprecated, or had announced to be before 2026.
deprecated := {
	"dotnet5.0", "dotnet6", "dotnet7", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1",
	"go1.x",
	"java8",
	"nodejs", "nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs16.x", "nodejs18.x", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10",
	"provided",
	"python2.7", "python3.6", "python3.7", "python3.8", "python3.9",
	"ruby2.5", "ruby2.7",
}
