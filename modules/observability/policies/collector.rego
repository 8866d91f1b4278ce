package observability.collector

import rego.v1

deny contains {"msg": message, "path": path} if {
	some role, collector in input.collectors
	some name, pipeline in collector.service.pipelines
	pipeline.processors[0] != "memory_limiter"
	path := ["collectors", role, "service", "pipelines", name, "processors"]
	message := sprintf("pipeline %s of the %s: memory_limiter is not its first processor", [name, role])
}

deny contains {"msg": message, "path": path} if {
	some role, collector in input.collectors
	some name, pipeline in collector.service.pipelines
	pipeline.processors[count(pipeline.processors) - 1] != "batch"
	path := ["collectors", role, "service", "pipelines", name, "processors"]
	message := sprintf("pipeline %s of the %s: batch is not its last processor", [name, role])
}

deny contains {"msg": message, "path": path} if {
	some role, collector in input.collectors
	some name, pipeline in collector.service.pipelines
	some kind in ["receivers", "processors", "exporters"]
	some component in pipeline[kind]
	not collector[kind][component]
	path := ["collectors", role, "service", "pipelines", name, kind]
	message := sprintf("pipeline %s of the %s: %s is not among its %s", [name, role, component, kind])
}
