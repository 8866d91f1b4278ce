"""What concerns a whole account: list prices, quotas, enrolment."""

from sandbox import *

pricing = client("pricing", "us-east-1")
services = [it["ServiceCode"] for page in pricing.get_paginator("describe_services").paginate() for it in page["Services"]]
assert {"AmazonEC2", "AmazonRDS", "AmazonEKS"} <= set(services), services
filters = [
    {"Type": "TERM_MATCH", "Field": field, "Value": value}
    for field, value in {
        "instanceType": "m5.xlarge", "location": "US East (N. Virginia)", "operatingSystem": "Linux", "tenancy": "Shared",
        "preInstalledSw": "NA", "capacitystatus": "Used",
    }.items()
]
found = pricing.get_products(ServiceCode="AmazonEC2", Filters=filters)["PriceList"]
assert len(found) == 1, found
product = json.loads(found[0])
[offer] = product["terms"]["OnDemand"].values()
[dimension] = offer["priceDimensions"].values()
assert (dimension["unit"], dimension["pricePerUnit"]) == ("Hrs", {"USD": "0.1920000000"}), dimension
assert product["product"]["attributes"]["vcpu"] == "4", product
pages = list(pricing.get_paginator("get_products").paginate(ServiceCode="AmazonEC2", Filters=filters[1:], PaginationConfig={"PageSize": 100}))
assert len(pages) > 5 and sum(len(page["PriceList"]) for page in pages) > 600, len(pages)
regions = pricing.get_paginator("get_attribute_values").paginate(ServiceCode="AmazonEC2", AttributeName="regionCode")
assert "us-east-1" in [it["Value"] for page in regions for it in page["AttributeValues"]]
refused("InvalidParameterException", pricing.get_products, ServiceCode="AmazonMoon")
refused("InvalidSignatureException", client("pricing", B).describe_services)

optimizer = client("compute-optimizer", A)
assert optimizer.get_enrollment_status()["status"] == "Inactive"
refused("OptInRequiredException", optimizer.get_ec2_instance_recommendations)
assert optimizer.update_enrollment_status(status="Active", includeMemberAccounts=True)["status"] == "Pending"
settle()
status = client("compute-optimizer", B).get_enrollment_status()
assert status["status"] == "Active" and status["memberAccountsEnrolled"], status
listed = optimizer.get_enrollment_statuses_for_organization()["accountEnrollmentStatuses"]
assert [(it["accountId"], it["status"]) for it in listed] == [(ACCOUNT, "Active")], listed
assert client("compute-optimizer", A, key="222233334444").get_enrollment_status()["status"] == "Inactive"
refused("InvalidParameterValueException", optimizer.update_enrollment_status, status="Pending")

rds = client("rds", A)
create = dict(
    DBInstanceIdentifier="main", Engine="mysql", DBInstanceClass="db.t3.micro", AllocatedStorage=20, MasterUsername="app",
    MasterUserPassword="long-enough",
)
rds.create_db_instance(**create)


def quota(name):
    quotas = {it["AccountQuotaName"]: it for it in rds.describe_account_attributes()["AccountQuotas"]}
    return quotas[name]["Used"], quotas[name]["Max"]


assert quota("DBInstances") == (1, 40) and quota("AllocatedStorage") == (20, 100_000)
admin("PUT", "quotas", {"region": A, "name": "DBInstances", "max": 1})
assert quota("DBInstances") == (1, 1)
refused("InstanceQuotaExceeded", rds.create_db_instance, **dict(create, DBInstanceIdentifier="other"))
