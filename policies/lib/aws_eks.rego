# Versions of Kubernetes that EKS supports.
package parapet.lib.aws_eks

import rego.v1

# End of standard support, by the release calendar of EKS, of each version that had reached it when this was written. A table
# and no clock: the same policies judge the same input alike.
ended := {
	"1.23": "2023-10-11", "1.24": "2024-01-31", "1.25": "2024-05-01", "1.26": "2024-06-11", "1.27": "2024-07-24",
	"1.28": "2024-11-26", "1.29": "2025-03-23", "1.30": "2025-07-23", "1.31": "2025-11-26", "1.32": "2026-03-23",
	"1.33": "2026-07-29",
}

# unsupported(version): what is wrong with a version; undefined when it is in standard support.
unsupported(version) := sprintf("is out of standard support since %s", [ended[version]]) if ended[version]

unsupported(version) := "is out of support" if {
	parts := split(version, ".")
	parts[0] == "1"
	to_number(parts[1]) < 23
}
