"""Every fault that can be injected, in the words of each service."""

import time

from sandbox import *

rds = client("rds", A)


def inject(**fault):
    admin("POST", "faults", fault)


for service, signed, region, call, code in [
    ("rds", "rds", A, "describe_db_instances", "Throttling"),
    ("globalaccelerator", "globalaccelerator", "us-west-2", "list_accelerators", "ThrottlingException"),
    ("cloudwatch", "monitoring", A, "list_metrics", "ThrottlingException"),
    ("ec2", "ec2", A, "describe_vpcs", "RequestLimitExceeded"),
    ("s3", "s3", A, "list_buckets", "SlowDown"),
    ("dynamodb", "dynamodb", A, "list_tables", "ThrottlingException"),
    ("eks", "eks", A, "list_clusters", "TooManyRequestsException"),
    ("sts", "sts", A, "get_caller_identity", "Throttling"),
]:
    inject(service=signed, region=region, count=1, effect="throttle")
    refused(code, getattr(client(service, region), call))
    getattr(client(service, region), call)()

inject(service="rds", operation="Describe*", skip=1, count=1, effect={"error": {"status": 503, "code": "Down"}})
rds.describe_db_instances()
assert refused("Down", rds.describe_db_instances)["ResponseMetadata"]["HTTPStatusCode"] == 503
rds.describe_db_instances()

inject(service="rds", count=1, effect={"latency": 300})
started = time.time()
rds.describe_db_instances()
assert 0.3 <= time.time() - started < 2

create = dict(
    Engine="mysql", DBInstanceClass="db.t3.micro", AllocatedStorage=20, MasterUsername="app", MasterUserPassword="long-enough"
)
admin("DELETE", "calls")
for effect, exists in ("drop_before", False), ("drop_after", True):
    name = effect.replace("_", "-")
    inject(service="rds", operation="CreateDBInstance", count=1, effect=effect)
    dropped(rds.create_db_instance, DBInstanceIdentifier=name, **create)
    found = [it["DBInstanceIdentifier"] for it in rds.describe_db_instances()["DBInstances"]]
    assert (name in found) == exists, found
assert admin("GET", "calls")["rds:CreateDBInstance"] == {"succeeded": 0, "failed": 0, "unanswered": 2}
s3 = client("s3", A)
s3.create_bucket(Bucket="bucket")
inject(service="s3", operation="PutObject", count=1, effect="drop_after")
dropped(s3.put_object, Bucket="bucket", Key="key", Body=b"body")
assert s3.get_object(Bucket="bucket", Key="key")["Body"].read() == b"body"

admin("PUT", f"blackouts/{A}")
dropped(rds.describe_db_instances)
client("rds", B).describe_db_instances()
admin("PUT", f"blackouts/{A}", {"mode": {"hang": 300}})
started = time.time()
dropped(rds.describe_db_instances)
assert time.time() - started >= 0.3
admin("DELETE", f"blackouts/{A}")
rds.describe_db_instances()

settle()
assert len(admin("GET", "writers")["open"]) == 1
admin("PUT", f"blackouts/{A}", {"workloads": False})
assert len(admin("GET", "writers")["open"]) == 1, "only the API is gone"
admin("PUT", f"blackouts/{A}", {"workloads": True})
assert len(admin("GET", "writers")["open"]) == 0
admin("DELETE", f"blackouts/{A}")

inject(service="rds", effect="throttle")
refused("Throttling", rds.describe_db_instances)
refused("Throttling", rds.describe_db_instances)
admin("DELETE", "faults")
rds.describe_db_instances()

events = admin("GET", "events")["events"]
outcomes = [e["outcome"] for e in events if e["kind"] == "call" and e["operation"] == "CreateDBInstance"]
assert outcomes == ["dropped_before", "dropped_after"], outcomes
assert not any(e["kind"] == "call" and e["operation"].startswith("Describe") for e in events)
assert [e["number"] for e in events] == list(range(1, len(events) + 1))
assert admin("GET", f"events?since={len(events) - 1}")["events"] == events[-1:]

saved = admin("GET", "state")
admin("DELETE", "state")
assert rds.describe_db_instances()["DBInstances"] == [] and s3.list_buckets()["Buckets"] == []
admin("PUT", "state", saved)
assert len(rds.describe_db_instances()["DBInstances"]) == 1
