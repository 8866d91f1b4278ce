"""An accelerator from creation to deletion."""

from sandbox import *

refused("InvalidSignatureException", client("globalaccelerator", A).list_accelerators)
it = client("globalaccelerator", "us-west-2")
accelerator = it.create_accelerator(Name="front", IdempotencyToken="1", Tags=[{"Key": "a", "Value": "b"}])["Accelerator"]
arn = accelerator["AcceleratorArn"]
assert accelerator["Status"] == "IN_PROGRESS" and len(accelerator["IpSets"][0]["IpAddresses"]) == 2, accelerator
assert it.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
ports = {"PortRanges": [{"FromPort": 443, "ToPort": 443}], "Protocol": "TCP"}
listener = it.create_listener(AcceleratorArn=arn, IdempotencyToken="1", **ports)["Listener"]["ListenerArn"]
refused("InvalidPortRangeException", it.create_listener, AcceleratorArn=arn, IdempotencyToken="2", **ports)
group = it.create_endpoint_group(
    ListenerArn=listener, EndpointGroupRegion=B, IdempotencyToken="1", TrafficDialPercentage=0,
    EndpointConfigurations=[{"EndpointId": "eipalloc-1", "Weight": 0}, {"EndpointId": "eipalloc-2"}],
)["EndpointGroup"]
assert group["TrafficDialPercentage"] == 0 and [e["Weight"] for e in group["EndpointDescriptions"]] == [0, 128], group
again = {"ListenerArn": listener, "EndpointGroupRegion": B, "IdempotencyToken": "2"}
refused("EndpointGroupAlreadyExistsException", it.create_endpoint_group, **again)
eventually(lambda: it.describe_accelerator(AcceleratorArn=arn)["Accelerator"]["Status"] == "DEPLOYED", 5)

admin("PUT", "health", {"endpoint": "eipalloc-1", "state": "UNHEALTHY", "reason": "timed out"})
by_group = {"EndpointGroupArn": group["EndpointGroupArn"]}
found = it.describe_endpoint_group(**by_group)["EndpointGroup"]["EndpointDescriptions"]
assert [e["HealthState"] for e in found] == ["UNHEALTHY", "HEALTHY"] and found[0]["HealthReason"] == "timed out", found
it.add_endpoints(**by_group, EndpointConfigurations=[{"EndpointId": "eipalloc-3", "Weight": 7}])
it.remove_endpoints(**by_group, EndpointIdentifiers=[{"EndpointId": "eipalloc-1"}])
updated = it.update_endpoint_group(**by_group, TrafficDialPercentage=12.5)["EndpointGroup"]
assert updated["TrafficDialPercentage"] == 12.5, updated
assert [e["EndpointId"] for e in updated["EndpointDescriptions"]] == ["eipalloc-2", "eipalloc-3"], updated
it.update_accelerator_attributes(AcceleratorArn=arn, FlowLogsEnabled=True, FlowLogsS3Bucket="b", FlowLogsS3Prefix="p")
assert it.describe_accelerator_attributes(AcceleratorArn=arn)["AcceleratorAttributes"]["FlowLogsEnabled"]

refused("AcceleratorNotDisabledException", it.delete_accelerator, AcceleratorArn=arn)
it.update_accelerator(AcceleratorArn=arn, Enabled=False)
refused("AssociatedListenerFoundException", it.delete_accelerator, AcceleratorArn=arn)
it.delete_endpoint_group(**by_group)
refused("EndpointGroupNotFoundException", it.describe_endpoint_group, **by_group)
it.delete_listener(ListenerArn=listener)
it.delete_accelerator(AcceleratorArn=arn)
refused("AcceleratorNotFoundException", it.describe_accelerator, AcceleratorArn=arn)
