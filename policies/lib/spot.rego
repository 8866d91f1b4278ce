# Node groups on the Spot market, whichever resource type they are: `aws_eks_node_group` and `parapet_spot_node_group`.
package parapet.lib.spot

import data.parapet.lib.blocks
import rego.v1

# bought(resource): some or all nodes are, or may be, Spot capacity; the path is what says so.
# Left out of an `aws_eks_node_group`, EKS buys on demand; set but not known, it is undetermined.
bought(resource) := ["capacity_type"] if {
	resource.type == "aws_eks_node_group"
	resource.values.capacity_type == "SPOT"
}

bought(resource) := ["capacity_type"] if {
	resource.type == "aws_eks_node_group"
	not resource.values.capacity_type
	resource.config.capacity_type
}

bought(resource) := ["on_demand_percentage_above_base"] if {
	resource.type == "parapet_spot_node_group"
	not resource.values.on_demand_percentage_above_base == 100
}

# marks(resource): what labels and taints say of the workloads, as {path, key, value} in lower case.
marks(resource) := labels(resource) | taints(resource)

labels(resource) := {mark |
	some key, value in resource.values.labels
	mark := {"path": ["labels", key], "key": lower(key), "value": lower(value)}
}

# `taint` in the AWS provider, `taints` in Parapet's. A taint may have no value.
taints(resource) := {mark |
	some name in ["taint", "taints"]
	some i, taint in blocks.list(resource.values[name])
	mark := {"path": [name, i], "key": lower(taint.key), "value": lower(object.get(taint, "value", ""))}
}

# names(mark, words): the key's last part or the value is one of the words, or has one as a part: `app-database`.
names(mark, words) if {
	some text in [mark.value, regex.replace(mark.key, `^.*/`, "")]
	some part in regex.split(`[^a-z0-9]+`, text)
	part in words
}

# A mark that is switched off: `critical = "false"`.
off(mark) if mark.value in {"false", "no", "none", "off", "0"}

# shown(mark): for a message.
shown(mark) := sprintf("`%s`", [concat(" = ", [part | some part in [mark.key, mark.value]; part != ""])])
