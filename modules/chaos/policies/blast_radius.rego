package chaos.blast_radius

import rego.v1

fields := {"PodChaos": "podChaos", "NetworkChaos": "networkChaos", "StressChaos": "stressChaos"}

# Every experiment, whether it is one or a Schedule holds it.
specs[name] := object.spec if {
	some name, object in input.experiments
	object.kind != "Schedule"
}

specs[name] := object.spec[fields[object.spec.type]] if {
	some name, object in input.experiments
	object.kind == "Schedule"
}

deny contains {"msg": message, "path": ["experiments", name]} if {
	some name, spec in specs
	some selector in [spec.selector, object.get(spec, ["target", "selector"], {"namespaces": []})]
	some namespace in selector.namespaces
	not namespace in input.allowed_namespaces
	message := sprintf("%s disturbs pods in %s, which is not an allowed namespace (%s)", [name, namespace, concat(", ", sort(input.allowed_namespaces))])
}

deny contains {"msg": sprintf("%s disturbs %s%% of the pods, the limit is %v%%", [name, spec.value, input.limits.max_percent]), "path": ["experiments", name]} if {
	some name, spec in specs
	spec.mode in {"fixed-percent", "random-max-percent"}
	to_number(spec.value) > input.limits.max_percent
}

deny contains {"msg": sprintf("%s disturbs %s pods, the limit is %v", [name, spec.value, input.limits.max_pods]), "path": ["experiments", name]} if {
	some name, spec in specs
	spec.mode == "fixed"
	to_number(spec.value) > input.limits.max_pods
}

deny contains {"msg": sprintf("%s disturbs no pod: %s", [name, spec.value]), "path": ["experiments", name]} if {
	some name, spec in specs
	spec.mode != "one"
	to_number(spec.value) < 1
}

deny contains {"msg": sprintf("%s disturbs all pods at once", [name]), "path": ["experiments", name]} if {
	some name, spec in specs
	not spec.mode in {"one", "fixed", "fixed-percent", "random-max-percent"}
}

deny contains {"msg": sprintf("%s lasts %d seconds, the limit is %d", [name, seconds(spec.duration), input.limits.max_seconds]), "path": ["experiments", name]} if {
	some name, spec in specs
	seconds(spec.duration) > input.limits.max_seconds
}

# Without a duration Chaos Mesh goes on until somebody deletes the object.
deny contains {"msg": sprintf("%s never ends: it has no duration", [name]), "path": ["experiments", name]} if {
	some name, spec in specs
	not spec.duration
	not spec.action == "pod-kill"
}

deny contains {"msg": sprintf("%s repeats every %d minutes, the limit is %d", [name, minutes, input.limits.min_interval_minutes]), "path": ["experiments", name]} if {
	some name, object in input.experiments
	object.kind == "Schedule"
	minutes := to_number(trim_suffix(trim_prefix(object.spec.schedule, "@every "), "m"))
	minutes < input.limits.min_interval_minutes
}

deny contains {"msg": sprintf("%s repeats before it has ended", [name]), "path": ["experiments", name]} if {
	some name, object in input.experiments
	object.kind == "Schedule"
	minutes := to_number(trim_suffix(trim_prefix(object.spec.schedule, "@every "), "m"))
	seconds(specs[name].duration) >= minutes * 60
}

seconds(duration) := to_number(trim_suffix(duration, "s")) if endswith(duration, "s")

seconds(duration) := to_number(trim_suffix(duration, "m")) * 60 if endswith(duration, "m")
