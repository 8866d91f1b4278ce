"""The Spot market and the instance types of EC2."""

import datetime

from sandbox import *

ec2 = client("ec2", A)
pages = list(ec2.get_paginator("describe_instance_types").paginate())
kinds = {it["InstanceType"]: it for page in pages for it in page["InstanceTypes"]}
assert len(pages) > 5 and len(kinds) > 500, (len(pages), len(kinds))
offered = ec2.get_paginator("describe_instance_type_offerings").paginate()
assert {it["InstanceType"] for page in offered for it in page["InstanceTypeOfferings"]} == set(kinds)
kind = kinds["m5.xlarge"]
assert (kind["VCpuInfo"]["DefaultVCpus"], kind["MemoryInfo"]["SizeInMiB"]) == (4, 16384), kind
assert kind["ProcessorInfo"]["SupportedArchitectures"] == ["x86_64"] and "spot" in kind["SupportedUsageClasses"], kind
assert not kind["BareMetal"] and not kind["BurstablePerformanceSupported"], kind
assert kinds["g5.xlarge"]["GpuInfo"]["Gpus"][0]["Name"] == "A10G"

few = [
    {"Name": "current-generation", "Values": ["true"]}, {"Name": "bare-metal", "Values": ["false"]},
    {"Name": "processor-info.supported-architecture", "Values": ["arm64"]}, {"Name": "instance-type", "Values": ["m*"]},
    {"Name": "supported-usage-class", "Values": ["spot"]},
]
names = [it["InstanceType"] for page in ec2.get_paginator("describe_instance_types").paginate(Filters=few) for it in page["InstanceTypes"]]
assert "m7g.xlarge" in names and "m5.xlarge" not in names and all(name.startswith("m") for name in names), names
refused("InvalidInstanceType", ec2.describe_instance_types, InstanceTypes=["m5.xlarge", "m9.huge"])
refused("InvalidParameterValue", ec2.describe_instance_types, Filters=[{"Name": "colour", "Values": ["red"]}])

now = datetime.datetime.now(datetime.timezone.utc)
ask = dict(
    InstanceTypes=["m5.xlarge", "m6i.xlarge"], ProductDescriptions=["Linux/UNIX"], StartTime=now - datetime.timedelta(days=30),
)
points = [it for page in ec2.get_paginator("describe_spot_price_history").paginate(**ask) for it in page["SpotPriceHistory"]]
zones = {it["AvailabilityZone"] for it in points}
assert len(zones) >= 3 and {it["InstanceType"] for it in points} == set(ask["InstanceTypes"]), zones
assert all(0.02 < float(it["SpotPrice"]) < 0.192 for it in points), points[:5]
assert all(it["Timestamp"] <= now for it in points)
again = [it for page in ec2.get_paginator("describe_spot_price_history").paginate(**ask) for it in page["SpotPriceHistory"]]
assert again == points
latest = dict(InstanceTypes=["m5.xlarge"], ProductDescriptions=["Linux/UNIX"], StartTime=datetime.datetime.now(datetime.timezone.utc))
admin("PUT", "spot-prices", {"region": A, "instance_type": "m5.*", "share": 0.95, "seconds_ago": 86400})
assert {it["SpotPrice"] for it in ec2.describe_spot_price_history(**latest)["SpotPriceHistory"]} == {"0.182400"}
assert {it["SpotPrice"] for it in client("ec2", B).describe_spot_price_history(**latest)["SpotPriceHistory"]} != {"0.182400"}
admin("DELETE", "spot-prices")
assert {it["SpotPrice"] for it in ec2.describe_spot_price_history(**latest)["SpotPriceHistory"]} != {"0.182400"}
refused("InvalidParameterValue", ec2.describe_spot_price_history, InstanceTypes=["m9.huge"])

needs = {"VCpuCount": {"Min": 4, "Max": 4}, "MemoryMiB": {"Min": 16384, "Max": 16384}, "AcceleratorCount": {"Max": 0}}
meet = ec2.get_paginator("get_instance_types_from_instance_requirements").paginate(
    ArchitectureTypes=["x86_64"], VirtualizationTypes=["hvm"], InstanceRequirements=needs)
meet = [it["InstanceType"] for page in meet for it in page["InstanceTypes"]]
assert {"m5.xlarge", "m6i.xlarge", "m6a.xlarge"} <= set(meet) and "t3.xlarge" not in meet and "c5.xlarge" not in meet, meet
score = dict(InstanceTypes=meet, TargetCapacity=20, RegionNames=[A, B])
scores = {it["Region"]: it["Score"] for it in ec2.get_spot_placement_scores(**score)["SpotPlacementScores"]}
assert set(scores) == {A, B} and all(5 <= it <= 9 for it in scores.values()), scores
admin("PUT", "placement-scores", {"region": A, "score": 1})
scores = {it["Region"]: it["Score"] for it in ec2.get_spot_placement_scores(**score)["SpotPlacementScores"]}
assert scores[A] == 1, scores
zonal = ec2.get_spot_placement_scores(**score, SingleAvailabilityZone=True)["SpotPlacementScores"]
assert len([it for it in zonal if it["Region"] == B]) >= 3 and all("AvailabilityZoneId" in it for it in zonal), zonal

# The rest of EC2 is moto's.
assert ec2.describe_vpcs()["Vpcs"]
