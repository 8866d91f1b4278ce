# What the engine does with unknown values, for tests of rules that run without the engine.
package parapet.lib.testing

import rego.v1

# True when there is a finding and the engine would report every finding as undetermined,
# because each blames a value that is, contains, or is part of an unknown one.
undetermined(findings, unknown_paths) if {
	count(findings) > 0
	every finding in findings {
		touches_any(finding.path, unknown_paths)
	}
}

touches_any(path, unknown_paths) if {
	some unknown in unknown_paths
	common := min([count(path), count(unknown)])
	array.slice(path, 0, common) == array.slice(unknown, 0, common)
}
