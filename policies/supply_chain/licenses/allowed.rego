# METADATA
# title: Components are under licences that are allowed
# description: A licence decides whether a product may be shipped with a component at all; found after the release, it is a lawyer's matter. By default licences are allowed that ask for little beyond their own notice, and weak copyleft; packages of the operating system are not judged. `data.supply_chain.allowed_licenses` takes the place of the list.
# custom:
#   severity: medium
#   documents: [cyclonedx, spdx, licenses]
#   controls: {nist-800-53: [CM-10], iso-27001: [A.5.10, A.5.21]}
#   remediation: Replace the component, get a licence for it, or add the licence to `data.supply_chain.allowed_licenses` after a decision.
package parapet.supply_chain.licenses.allowed

import data.parapet.lib.bill
import rego.v1

by_default := {
	"0BSD", "AFL-2.1", "AFL-3.0", "Apache-1.1", "Apache-2.0", "Artistic-2.0", "BlueOak-1.0.0", "BSD-1-Clause", "BSD-2-Clause",
	"BSD-2-Clause-Patent", "BSD-3-Clause", "BSD-3-Clause-Clear", "BSD-4-Clause", "BSL-1.0", "bzip2-1.0.6", "CC-BY-3.0", "CC-BY-4.0",
	"CC0-1.0", "CDDL-1.0", "CDDL-1.1", "CDLA-Permissive-2.0", "EPL-1.0", "EPL-2.0", "FSFAP", "HPND", "ISC", "LGPL-2.0-only",
	"LGPL-2.0-or-later", "LGPL-2.1", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0", "LGPL-3.0-only", "LGPL-3.0-or-later",
	"libpng-2.0", "MIT", "MIT-0", "MIT-CMU", "MPL-1.1", "MPL-2.0", "MulanPSL-2.0", "NCSA", "OFL-1.1", "OpenSSL", "PostgreSQL",
	"PSF-2.0", "Python-2.0", "Ruby", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense", "UPL-1.0", "W3C", "WTFPL", "X11", "Zlib", "ZPL-2.1",
	# As Python packages and Maven name them.
	"Apache License 2.0", "Apache License, Version 2.0", "Apache Software License", "Apache 2.0", "BSD", "BSD License", "BSD 3-Clause",
	"Eclipse Public License v2.0", "ISC License (ISCL)", "MIT License", "Mozilla Public License 2.0 (MPL 2.0)", "PSF",
	"Python Software Foundation License", "The Unlicense (Unlicense)", "zlib/libpng license", "Public Domain",
}

allowed := {lower(license) | some license in data.supply_chain.allowed_licenses} if {
	is_array(data.supply_chain.allowed_licenses)
} else := set()

permits(license) if {
	count(allowed) > 0
	lower(license) in allowed
}

permits(license) if {
	count(allowed) == 0
	lower(license) in lower_default
}

lower_default := {lower(known) | some known in by_default}

deny contains {"path": component.path, "message": sprintf("%s is under %s", [component.name, concat(" and ", component.licenses)])} if {
	some component in bill.components(input.document)
	not component.of_system
	count(component.licenses) > 0
	some license in component.licenses
	not satisfied(license)
}

# Who has a list of what is allowed wants to know what cannot be compared with it.
deny contains {"path": component.path, "message": sprintf("%s states no licence", [component.name])} if {
	count(allowed) > 0
	some component in bill.components(input.document)
	not component.of_system
	count(component.licenses) == 0
}

# An expression of SPDX: one of the alternatives is enough, and all of the parts of one.
satisfied(expression) if permits(expression)

# `AND` binds tighter than `OR`: without brackets, or with brackets around `AND` alone, these are alternatives.
satisfied(expression) if {
	not bracketed(expression, `(?i)\sOR\s`)
	some alternative in regex.split(`(?i)\s+OR\s+|\s*/\s*`, expression)
	every part in regex.split(`(?i)\s+AND\s+`, alternative) { permits(plain(part)) }
}

# With brackets around `OR` alone, each bracket is a choice of its own.
satisfied(expression) if {
	bracketed(expression, `(?i)\sOR\s`)
	not bracketed(expression, `(?i)\sAND\s`)
	every part in regex.split(`(?i)\s+AND\s+`, expression) { some_of(part) }
}

bracketed(expression, operator) if {
	some group in regex.find_n(`\([^()]*\)`, expression, -1)
	regex.match(operator, group)
}

some_of(part) if {
	some alternative in regex.split(`(?i)\s+OR\s+`, part)
	permits(plain(alternative))
}

# An exception only grants more.
plain(license) := trim(regex.replace(license, `(?i)\s+WITH\s+.*$`, ""), " ()")
