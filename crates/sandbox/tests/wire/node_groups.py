"""Managed node groups of EKS, on a cluster of moto's."""

from sandbox import *

role = client("iam", A).create_role(RoleName="node", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
vpc, subnets, _ = network(A)
eks = client("eks", A)
eks.create_cluster(name="c", roleArn=role, resourcesVpcConfig={"subnetIds": subnets})
base = dict(clusterName="c", subnets=subnets, nodeRole=role, scalingConfig={"minSize": 2, "maxSize": 6, "desiredSize": 3})
create = dict(base, nodegroupName="one", capacityType="SPOT", instanceTypes=["m5.xlarge", "m6i.xlarge"])

refused("ResourceNotFoundException", eks.create_nodegroup, **dict(create, clusterName="d"))
for change, said in [
    (dict(instanceTypes=["m5.xlarge", "m9.huge"]), "The following supplied instance types do not exist: [m9.huge]"),
    (dict(instanceTypes=["m7g.xlarge"], amiType="AL2023_x86_64_STANDARD"), "is not a valid instance type for requested amiType"),
    (dict(subnets=[subnets[0], "subnet-0a0a0a0a"]), "The subnet ID 'subnet-0a0a0a0a' does not exist"),
    (dict(launchTemplate={"name": "none"}), "Launch template none does not exist"),
    (dict(taints=[{"key": "-x", "effect": "NO_SCHEDULE"}]), "Taint key"),
]:
    answer = refused("InvalidParameterException", eks.create_nodegroup, **dict(create, **change))
    assert said in answer["Error"]["Message"], answer
assert admin("GET", "node-groups") == []

group = eks.create_nodegroup(**create, labels={"team": "a"}, tags={"k": "v"})["nodegroup"]
assert group["status"] == "CREATING" and group["amiType"] == "AL2023_x86_64_STANDARD", group
refused("ResourceInUseException", eks.create_nodegroup, **create)
refused("ResourceInUseException", eks.delete_cluster, name="c")
eks.get_waiter("nodegroup_active").wait(clusterName="c", nodegroupName="one", WaiterConfig={"Delay": 1})
named = dict(clusterName="c", nodegroupName="one")
assert eks.list_nodegroups(clusterName="c")["nodegroups"] == ["one"]
answer = refused("InvalidParameterException", eks.update_nodegroup_config, **named, scalingConfig={"minSize": 4})
assert answer["Error"]["Message"] == "Minimum capacity 4 can't be greater than desired size 3", answer
update = eks.update_nodegroup_config(
    **named, scalingConfig={"minSize": 4, "desiredSize": 4}, labels={"addOrUpdateLabels": {"tier": "b"}, "removeLabels": ["team"]},
    taints={"addOrUpdateTaints": [{"key": "spot", "value": "1", "effect": "NO_SCHEDULE"}]},
)["update"]
assert update["type"] == "ConfigUpdate" and update["status"] == "InProgress", update
settle()
update = eks.describe_update(name="c", nodegroupName="one", updateId=update["id"])["update"]
assert update["status"] == "Successful", update
assert eks.list_updates(name="c", nodegroupName="one")["updateIds"] == [update["id"]]
group = eks.describe_nodegroup(**named)["nodegroup"]
assert (group["labels"], group["scalingConfig"]["minSize"], len(group["taints"])) == ({"tier": "b"}, 4, 1), group
eks.tag_resource(resourceArn=group["nodegroupArn"], tags={"l": "w"})
eks.untag_resource(resourceArn=group["nodegroupArn"], tagKeys=["k"])
assert eks.list_tags_for_resource(resourceArn=group["nodegroupArn"])["tags"] == {"l": "w"}

# Another generation, then the first one goes: there are never fewer nodes than the least that is asked for.
eks.create_nodegroup(**dict(create, nodegroupName="two", scalingConfig={"minSize": 4, "maxSize": 6, "desiredSize": 4}))
settle()
eks.delete_nodegroup(**named)
assert eks.describe_nodegroup(**named)["nodegroup"]["status"] == "DELETING"
settle()
refused("ResourceNotFoundException", eks.describe_nodegroup, **named)
totals = [it["total"] for it in admin("GET", "node-groups/c")]
assert totals == [0, 3, 4, 4, 8, 4, 4], totals

# What an autoscaler does, and what goes wrong.
admin("PUT", "node-groups", {"cluster": "c", "node_group": "two", "desired": 6})
assert eks.describe_nodegroup(clusterName="c", nodegroupName="two")["nodegroup"]["scalingConfig"]["desiredSize"] == 6
issue = {"code": "AsgInstanceLaunchFailures", "message": "no Spot capacity"}
admin("PUT", "node-groups", {"cluster": "c", "node_group": "two", "issues": [issue]})
group = eks.describe_nodegroup(clusterName="c", nodegroupName="two")["nodegroup"]
assert group["status"] == "DEGRADED" and group["health"]["issues"][0]["message"] == "no Spot capacity", group
admin("POST", "failures", {"node_group": "thr*", "count": 1, "issues": [issue]})
eks.create_nodegroup(**dict(create, nodegroupName="three"))
settle()
assert eks.describe_nodegroup(clusterName="c", nodegroupName="three")["nodegroup"]["status"] == "CREATE_FAILED"

template = client("ec2", A).create_launch_template(
    LaunchTemplateName="t", LaunchTemplateData={"InstanceType": "m5.large"})["LaunchTemplate"]
given = dict(base, nodegroupName="four", launchTemplate={"id": template["LaunchTemplateId"]})
refused("InvalidRequestException", eks.create_nodegroup, **given, instanceTypes=["m5.large"])
refused("InvalidRequestException", eks.create_nodegroup, **given, diskSize=50)
group = eks.create_nodegroup(**given)["nodegroup"]
assert group["launchTemplate"]["name"] == "t" and group["launchTemplate"]["version"] == "1", group
assert not group.get("instanceTypes") and "diskSize" not in group, group
settle()

update = eks.update_cluster_config(name="c", logging={"clusterLogging": [{"types": ["api"], "enabled": True}]})["update"]
assert update["type"] == "LoggingUpdate", update
assert eks.describe_update(name="c", updateId=update["id"])["update"]["status"] == "Successful"
for name in ("two", "three", "four"):
    eks.delete_nodegroup(clusterName="c", nodegroupName=name)
settle()
eks.delete_cluster(name="c")
