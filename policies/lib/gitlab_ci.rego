# Pipelines of GitLab: jobs, and what holds for all of them.
package parapet.lib.gitlab_ci

import rego.v1

keywords := {"after_script", "before_script", "cache", "image", "include", "services", "spec", "stages", "variables", "workflow"}

# What may say an image, services, variables and scripts: jobs and hidden jobs, `default`, and the top itself; by the path to them.
places(document) := {path: place |
	walk(document, [path, place])
	count(path) < 2
	is_object(place)
	count([key | some key in path; key in keywords]) == 0
}

# Lines of the scripts of a place, with their paths.
lines(place) := {path: line |
	some key in ["before_script", "script", "after_script"]
	walk(object.get(place, key, []), [below, line])
	is_string(line)
	path := array.concat([key], below)
}
