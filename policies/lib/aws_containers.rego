# Container definitions of ECS tasks: JSON text.
package parapet.lib.aws_containers

import rego.v1

# definitions(values): the containers of a task definition; undefined for text that is not a list.
definitions(values) := list if {
	list := json.unmarshal(values.container_definitions)
	is_array(list)
}

# How a message names a container: by its name, else by its position, counted from 1.
label(container, index) := sprintf("container %q", [container.name]) if {
	is_string(container.name)
} else := sprintf("container %d", [index + 1])
