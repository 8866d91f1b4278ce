# METADATA
# title: ECS tasks do not share the namespaces of their host
# description: With the process or IPC namespace of the host, a container sees and can interfere with everything that runs there.
# custom:
#   severity: high
#   resources: [aws_ecs_task_definition]
#   controls: {soc2: [CC6.1, CC6.3], nist-800-53: [AC-6], pci-dss: ["7.2.2"], iso-27001: [A.5.15, A.8.2]}
#   remediation: Remove `pid_mode = "host"` and `ipc_mode = "host"`.
package parapet.aws.ecs.host_namespaces

import rego.v1

deny contains {"path": [mode], "message": sprintf("%s is that of the host", [mode])} if {
	some mode in ["pid_mode", "ipc_mode"]
	input.resource.values[mode] == "host"
}
