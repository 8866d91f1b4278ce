# Reads the configuration of an OpenTelemetry Collector: what is defined in each section, and what pipelines use.
package parapet.lib.opentelemetry

import data.parapet.lib.kubernetes as k8s
import rego.v1

pipelines(config) := k8s.map_at(config.service, "pipelines")

# What the processors of a pipeline are, without their names: `batch/traces` is a `batch`.
kind(component) := split(component, "/")[0]

# Names defined in a section.
defined(config, section) := {name | some name, _ in k8s.map_at(config, section)}

# Every component a pipeline or the service names: `section`, `name`, and `path` of the mention.
mentions(config) := {mention |
	some id, pipeline in pipelines(config)
	some section in ["receivers", "processors", "exporters"]
	some index, name in k8s.list_at(pipeline, section)
	mention := {"section": section, "name": name, "path": ["service", "pipelines", id, section, index]}
} | {mention |
	some index, name in k8s.list_at(config.service, "extensions")
	mention := {"section": "extensions", "name": name, "path": ["service", "extensions", index]}
}

used(config, section) := {mention.name | some mention in mentions(config); mention.section == section}

# Exporters send data somewhere: each endpoint with its path.
endpoints(config) := {place |
	some name, exporter in k8s.map_at(config, "exporters")
	some field in ["endpoint", "traces_endpoint", "metrics_endpoint", "logs_endpoint"]
	is_string(exporter[field])
	place := {"exporter": name, "path": ["exporters", name, field], "endpoint": exporter[field], "spec": exporter}
} | {place |
	some name, exporter in k8s.map_at(config, "exporters")
	some index, endpoint in k8s.list_at(exporter, "endpoints")
	is_string(endpoint)
	place := {"exporter": name, "path": ["exporters", name, "endpoints", index], "endpoint": endpoint, "spec": exporter}
}

host(endpoint) := regex.find_n(`^[^:/]+`, regex.replace(endpoint, `^[a-z+]+://([^@/]*@)?`, ""), 1)[0]

# A host that is neither in the cluster nor in a private network. Of a name that comes from a variable nothing is known.
outside(endpoint) if {
	name := host(endpoint)
	not contains(name, "$")
	regex.match(`\.[a-zA-Z]{2,}$`, name)
	not regex.match(`\.(svc|local|internal|lan|localdomain|home\.arpa)$`, name)
	not of_a_namespace(name)
}

# `tempo.monitoring` is a service and its namespace, `example.com` is not.
of_a_namespace(name) if {
	labels := split(name, ".")
	count(labels) == 2
	not regex.match(`^(ai|app|at|biz|ca|ch|cloud|co|com|de|dev|edu|eu|fr|gov|info|io|jp|me|net|nl|online|org|sh|site|tech|uk|us|xyz)$`, labels[1])
}

outside(endpoint) if {
	name := host(endpoint)
	regex.match(`^\d+\.\d+\.\d+\.\d+$`, name)
	every network in ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/32"] {
		not net.cidr_contains(network, name)
	}
}
