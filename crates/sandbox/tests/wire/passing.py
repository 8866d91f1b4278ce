"""What is passed on to moto arrives whole, and comes back whole."""

from sandbox import *

s3 = client("s3", A)
s3.create_bucket(Bucket="bucket")
large = bytes(range(256)) * 40_000
s3.put_object(Bucket="bucket", Key="a folder/ä+b", Body=large, IfNoneMatch="*", Metadata={"one": "1"})
found = s3.get_object(Bucket="bucket", Key="a folder/ä+b")
assert found["Body"].read() == large and found["Metadata"] == {"one": "1"}
refused("PreconditionFailed", s3.put_object, Bucket="bucket", Key="a folder/ä+b", Body=b"x", IfNoneMatch="*")
assert [it["Key"] for it in s3.list_objects_v2(Bucket="bucket")["Contents"]] == ["a folder/ä+b"]

table = client("dynamodb", B)
table.create_table(
    TableName="lock", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
)
item = dict(TableName="lock", Item={"id": {"S": "1"}}, ConditionExpression="attribute_not_exists(id)")
table.put_item(**item)
refused("ConditionalCheckFailedException", table.put_item, **item)
refused("ResourceNotFoundException", client("dynamodb", A).describe_table, TableName="lock")

role = client("iam", A).create_role(RoleName="node", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
client("iam", A).attach_role_policy(RoleName="node", PolicyArn="arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy")
vpc, subnets, group = network(A)
clusters = client("eks", A)
clusters.create_cluster(name="c", roleArn=role, resourcesVpcConfig={"subnetIds": subnets})
assert clusters.describe_cluster(name="c")["cluster"]["name"] == "c"
refused("ResourceNotFoundException", clusters.describe_cluster, name="d")

# An account of one's own: by an access key of twelve digits, or by a role.
OTHER = "222233334444"
assert client("sts", A, key=OTHER).get_caller_identity()["Account"] == OTHER
create = dict(
    DBInstanceIdentifier="main", Engine="mysql", DBInstanceClass="db.t3.micro", AllocatedStorage=20, MasterUsername="app",
    MasterUserPassword="long-enough",
)
made = client("rds", A, key=OTHER).create_db_instance(**create)["DBInstance"]
assert made["DBInstanceArn"] == f"arn:aws:rds:{A}:{OTHER}:db:main", made
assert client("rds", A).describe_db_instances()["DBInstances"] == []
keys = client("sts", A).assume_role(RoleArn=f"arn:aws:iam::{OTHER}:role/x", RoleSessionName="session")["Credentials"]
assumed = client("rds", A, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
assert [it["DBInstanceIdentifier"] for it in assumed.describe_db_instances()["DBInstances"]] == ["main"]

rds = client("rds", A)
rds.create_db_parameter_group(DBParameterGroupName="own", DBParameterGroupFamily="mysql8.0", Description="d")
named = [it["DBParameterGroupName"] for it in rds.describe_db_parameter_groups()["DBParameterGroups"]]
assert named == ["own"], named
assert rds.describe_db_engine_versions(Engine="postgres", EngineVersion="16")["DBEngineVersions"][0]["EngineVersion"] == "16.8"
refused("InvalidAction", rds.describe_blue_green_deployments)
assert admin("GET", "calls")["eks:CreateCluster"] == {"succeeded": 1, "failed": 0, "unanswered": 0}
