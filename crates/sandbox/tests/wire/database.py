"""A database with a replica in another region: lag, fencing, promotion."""

import datetime
import http.client
import time

import botocore.parsers
import botocore.serialize
from sandbox import *

vpc, subnets, group = network(A)
_, other_subnets, other_group = network(B)
primary, replica = client("rds", A), client("rds", B)
key = client("kms", A).create_key()["KeyMetadata"]["Arn"]
other_key = client("kms", B).create_key()["KeyMetadata"]["Arn"]

named = {"DBSubnetGroupName": "main", "DBSubnetGroupDescription": "d"}
refused("InvalidSubnet", primary.create_db_subnet_group, **named, SubnetIds=["subnet-none", subnets[0]])
made = primary.create_db_subnet_group(**named, SubnetIds=subnets)["DBSubnetGroup"]
assert made["VpcId"] == vpc and len(made["Subnets"]) == 2, made
replica.create_db_subnet_group(**named, SubnetIds=other_subnets)

create = dict(
    DBInstanceIdentifier="Main", Engine="postgres", EngineVersion="16", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
    MasterUsername="app", MasterUserPassword="long-enough", StorageEncrypted=True, KmsKeyId=key, DBSubnetGroupName="main",
    VpcSecurityGroupIds=[group], BackupRetentionPeriod=1, Tags=[{"Key": "team", "Value": "x"}],
)
refused("KMSKeyNotAccessibleFault", primary.create_db_instance, **{**create, "KmsKeyId": other_key})
source = primary.create_db_instance(**create)["DBInstance"]["DBInstanceArn"]
primary.get_waiter("db_instance_available").wait(
    DBInstanceIdentifier="main", WaiterConfig={"Delay": 0.05, "MaxAttempts": 400}
)
assert primary.list_tags_for_resource(ResourceName=source)["TagList"] == [{"Key": "team", "Value": "x"}]

replicate = dict(
    DBInstanceIdentifier="copy", SourceDBInstanceIdentifier=source, DBSubnetGroupName="main",
    VpcSecurityGroupIds=[other_group], PreSignedUrl="x",
)
refused("InvalidParameterCombination", replica.create_db_instance_read_replica, **replicate)
copy = replica.create_db_instance_read_replica(**replicate, KmsKeyId=other_key)["DBInstance"]
assert copy["ReadReplicaSourceDBInstanceIdentifier"] == source and copy["KmsKeyId"] == other_key, copy
settle()
listed = primary.describe_db_instances(DBInstanceIdentifier="main")["DBInstances"][0]
assert listed["ReadReplicaDBInstanceIdentifiers"] == [copy["DBInstanceArn"]], listed

metrics = client("cloudwatch", B)
metric = {
    "Namespace": "AWS/RDS", "MetricName": "ReplicaLag",
    "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "copy"}],
}


def window():
    now = datetime.datetime.now(datetime.timezone.utc)
    return {"StartTime": now - datetime.timedelta(minutes=5), "EndTime": now}


def lag():
    query = {"Id": "lag", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}
    data = metrics.get_metric_data(MetricDataQueries=[query], **window())["MetricDataResults"][0]
    points = metrics.get_metric_statistics(**metric, Period=60, Statistics=["Maximum"], **window())["Datapoints"]
    assert sorted(data["Values"]) == sorted(point["Maximum"] for point in points), (data, points)
    return data["Values"]


# A sample is a minute: none may pass between a question and its answer.
if time.time() % 60 > 55:
    time.sleep(5.1)
assert lag() == [0.0] * 5
for given, expected in [
    ({"value": 12.5}, [12.5] * 5),
    ({"value": -1}, [-1.0] * 5),
    ("missing", []),
    ({"series": [9, None, 3]}, [3.0, 9.0]),
]:
    admin("PUT", "replicas", {"arn": copy["DBInstanceArn"], "lag": given})
    assert lag() == expected, (given, lag())


def cbor(operation, **arguments):
    """A call as current SDKs make it."""
    model = metrics.meta.service_model.operation_model(operation)
    request = botocore.serialize.create_serializer("smithy-rpc-v2-cbor").serialize_to_request(arguments, model)
    scope = f"Credential=test/20260101/{B}/monitoring/aws4_request"
    headers = {**request["headers"], "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"}
    connection = http.client.HTTPConnection(ENDPOINT.removeprefix("http://"))
    connection.request("POST", request["url_path"], request["body"], headers)
    answer = connection.getresponse()
    parts = {"status_code": answer.status, "headers": dict(answer.getheaders()), "body": answer.read()}
    return botocore.parsers.create_parser("smithy-rpc-v2-cbor").parse(parts, model.output_shape)


query = {"Id": "lag", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}
answer = cbor("GetMetricData", MetricDataQueries=[query], **window())
result = answer["MetricDataResults"][0]
assert result["Values"] == [3.0, 9.0] and isinstance(result["Timestamps"][0], datetime.datetime), result
metrics.put_metric_data(Namespace="x", MetricData=[{"MetricName": "m", "Value": 1.0}])
assert [it["MetricName"] for it in cbor("ListMetrics", Namespace="x")["Metrics"]] == ["m"]
failure = cbor("DeleteDashboards", DashboardNames=["none"])
assert failure["Error"]["Code"] in ("ResourceNotFound", "DashboardNotFoundError"), failure

# A replica that is backing up is not promoted.
replica.create_db_snapshot(DBSnapshotIdentifier="s", DBInstanceIdentifier="copy")
refused("InvalidDBInstanceState", replica.promote_read_replica, DBInstanceIdentifier="copy")
settle()

assert admin("GET", "writers")["open"] == {source: [source]}
client("ec2", A).revoke_security_group_ingress(GroupId=group, IpPermissions=PERMISSIONS)
assert admin("GET", "writers")["open"] == {}, "it is fenced"

replica.promote_read_replica(DBInstanceIdentifier="copy", BackupRetentionPeriod=7)
started, seen = time.time(), []
while not seen or seen[-1][1]:
    it = replica.describe_db_instances(DBInstanceIdentifier="copy")["DBInstances"][0]
    state = (it["DBInstanceStatus"], "ReadReplicaSourceDBInstanceIdentifier" in it)
    if not seen or state != seen[-1]:
        seen.append(state)
    assert time.time() < started + 20, seen
assert [status for status, _ in seen if status != "available"] == ["modifying", "rebooting"], seen
assert seen[-1] == ("available", False), seen
assert time.time() - started < 2, "a promotion takes less than two seconds"
assert lag() == []

writers = admin("GET", "writers")
assert writers == {"open": {source: [copy["DBInstanceArn"]]}, "overlaps": []}, writers
client("ec2", A).authorize_security_group_ingress(GroupId=group, IpPermissions=PERMISSIONS)
writers = admin("GET", "writers")
assert len(writers["overlaps"]) == 1, "the old primary is open again: a split brain"
assert admin("GET", "calls")["rds:PromoteReadReplica"] == {"succeeded": 1, "failed": 1, "unanswered": 0}

refused("InvalidParameterCombination", primary.delete_db_instance, DBInstanceIdentifier="main")
for rds, name in (primary, "main"), (replica, "copy"):
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
settle()
gone = refused("DBInstanceNotFound", primary.describe_db_instances, DBInstanceIdentifier="main")
assert gone["ResponseMetadata"]["HTTPStatusCode"] == 404
primary.delete_db_subnet_group(DBSubnetGroupName="main")
