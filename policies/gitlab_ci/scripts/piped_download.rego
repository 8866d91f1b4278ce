# METADATA
# title: No download is run as it comes
# description: What a server sends into a shell is neither pinned nor checked, and can be different for you than for everybody who looked at it.
# custom:
#   severity: low
#   documents: [gitlab_ci]
#   controls: {soc2: [CC8.1], nist-800-53: [SI-7, SR-3], iso-27001: [A.5.21, A.8.28], pci-dss: ["6.3.2"]}
#   remediation: Download a named version, compare its checksum, then run it; or put it into the image of the job.
package parapet.gitlab_ci.scripts.piped_download

import data.parapet.lib.gitlab_ci as gitlab
import rego.v1

deny contains {"path": array.concat(path, below), "message": "a download is piped into a shell"} if {
	some path, place in gitlab.places(input.document)
	some below, line in gitlab.lines(place)
	joined := replace(line, "\\\n", " ")
	regex.match(`(curl|wget)\s[^\n|;&]*\|\s*(sudo\s+(-\S+\s+)*)?(ba|z|da)?sh(\s|$)`, joined)
}
