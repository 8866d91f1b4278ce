package parapet.lib.aws_containers_test

import data.parapet.lib.aws_containers
import rego.v1

test_definitions if aws_containers.definitions({"container_definitions": `[{"name": "web"}]`}) == [{"name": "web"}]

test_text_that_is_no_list if {
	not aws_containers.definitions({"container_definitions": `{"name": "web"}`})
	not aws_containers.definitions({"container_definitions": "nonsense"})
	not aws_containers.definitions({})
}

test_label if {
	aws_containers.label({"name": "web"}, 0) == "container \"web\""
	aws_containers.label({}, 1) == "container 2"
}
