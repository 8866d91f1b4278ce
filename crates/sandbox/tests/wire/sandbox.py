"""Clients of a sandbox, and its admin API."""

import json
import os
import time
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["SANDBOX"]
A, B = "us-east-1", "eu-west-1"
ACCOUNT = "123456789012"


def client(service, region, key="test", secret="x", token=None):
    config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"})
    return boto3.client(
        service, endpoint_url=ENDPOINT, region_name=region, config=config,
        aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token,
    )


def admin(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{ENDPOINT}/_sandbox/{path}", method=method, data=data)
    return json.load(urllib.request.urlopen(request))


def settle():
    admin("POST", "clock", {"settle": True})


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        found = error.response["Error"]["Code"]
        assert found == code, f"{found} instead of {code}: {error}"
        return error.response
    raise AssertionError(f"{code} was expected")


def dropped(call, **arguments):
    try:
        call(**arguments)
    except ClientError:
        raise
    except Exception as error:  # the connection, in one of botocore's many words
        return error
    raise AssertionError("an answer came")


def network(region):
    """A VPC with two subnets and a security group that lets the VPC in."""
    ec2 = client("ec2", region)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=region + zone)["Subnet"]["SubnetId"]
        for i, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="db", Description="d", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=PERMISSIONS)
    return vpc, subnets, group


PERMISSIONS = [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}]


def eventually(what, seconds=30):
    end = time.time() + seconds
    while not what():
        assert time.time() < end, "it never happened"
        time.sleep(0.02)
