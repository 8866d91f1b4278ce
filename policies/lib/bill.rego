# Reads bills of materials (CycloneDX, SPDX 2) and lists of licences: the components in them, whatever the format.
package parapet.lib.bill

import data.parapet.lib.kubernetes as k8s
import rego.v1

# Every component: `path`, `name`, `version`, `identifiers`, `licenses` (texts), and whether the operating system brings it.
components(document) := cyclonedx(document) | spdx(document) | listed(document)

name_of(license) := license.id if {
	is_string(license.id)
} else := license.name

# Files and the system as a whole are described in a bill, and are no software with a version of its own.
cyclonedx(document) := {component |
	some index, item in k8s.list_at(document, "components")
	not item.type in {"cryptographic-asset", "data", "device", "file", "operating-system"}
	component := {
		"path": ["components", index],
		"name": object.get(item, "name", ""),
		"version": object.get(item, "version", ""),
		"identifiers": [id | some field in ["purl", "cpe", "swid"]; id := item[field]],
		"licenses": array.concat(
			[text | some entry in k8s.list_at(item, "licenses"); text := entry.expression],
			[text | some entry in k8s.list_at(item, "licenses"); text := name_of(entry.license)],
		),
		"of_system": of_system(object.get(item, "purl", "")),
	}
}

spdx(document) := {component |
	is_string(document.spdxVersion)
	some index, item in k8s.list_at(document, "packages")
	not object.get(item, "SPDXID", "") in subjects(document)
	not object.get(item, "primaryPackagePurpose", "") in {"ARCHIVE", "CONTAINER", "FILE", "OPERATING-SYSTEM"}
	references := [reference.referenceLocator | some reference in k8s.list_at(item, "externalRefs")]
	component := {
		"path": ["packages", index],
		"name": object.get(item, "name", ""),
		"version": object.get(item, "versionInfo", ""),
		"identifiers": references,
		"licenses": [text |
			some text in [concluded_or_declared(item)]
			not text in {"NOASSERTION", "NONE", ""}
		],
		"of_system": of_system(concat(" ", references)),
	}
}

# What the bill is about.
subjects(document) := {id | some id in k8s.list_at(document, "documentDescribes")} | {relation.relatedSpdxElement |
	some relation in k8s.list_at(document, "relationships")
	relation.relationshipType == "DESCRIBES"
}

concluded_or_declared(item) := item.licenseConcluded if {
	not object.get(item, "licenseConcluded", "NOASSERTION") in {"NOASSERTION", "NONE", ""}
} else := object.get(item, "licenseDeclared", "")

# Lists of pip-licenses and cargo-license, and the object of license-checker.
listed(document) := {component |
	is_array(document)
	some index, item in document
	component := {
		"path": [index],
		"name": object.get(item, "name", object.get(item, "Name", "")),
		"version": object.get(item, "version", object.get(item, "Version", "")),
		"identifiers": [],
		"licenses": stated(object.get(item, "license", object.get(item, "License", ""))),
		"of_system": false,
	}
} | {component |
	is_object(document)
	some name, item in document
	item.licenses
	component := {
		"path": [name],
		"name": name,
		"version": "",
		"identifiers": [],
		"licenses": stated(item.licenses),
		"of_system": false,
	}
}

# pip-licenses joins what a package names with semicolons, license-checker guesses with an asterisk.
stated(text) := [trim_suffix(trim_space(part), "*") | some part in split(text, ";")] if {
	is_string(text)
	not upper(text) in {"UNKNOWN", "UNLICENSED", ""}
} else := text if {
	is_array(text)
} else := []

of_system(identifier) if regex.match(`pkg:(deb|rpm|apk|alpm)/`, identifier)

of_system(identifier) := false if not regex.match(`pkg:(deb|rpm|apk|alpm)/`, identifier)

# The first names of many, for a message.
named(components) := concat(", ", array.slice(sort([component.name | some component in components]), 0, 5)) if {
	count(components) <= 5
} else := sprintf("%s and %d more", [concat(", ", array.slice(sort([component.name | some component in components]), 0, 5)), count(components) - 5])
