"""Reads a whole account with boto3: roles, instance profiles and what instances use.

By hand: python read_back.py http://127.0.0.1:5000
"""

import json
import sys

import boto3


def clients(url, region="us-east-1"):
    """boto3 clients of one endpoint, with credentials that mean nothing."""
    session = boto3.Session(
        aws_access_key_id="testing", aws_secret_access_key="testing", region_name=region
    )
    return {name: session.client(name, endpoint_url=url) for name in ("iam", "ec2", "sts", "s3")}


def members(client, call, field, **parameters):
    """Every member of a paged list."""
    pages = client.get_paginator(call).paginate(**parameters)
    return [member for page in pages for member in page[field]]


def tags(pairs):
    return {pair["Key"]: pair["Value"] for pair in pairs}


def role(iam, name):
    found = iam.get_role(RoleName=name)["Role"]
    policies = members(iam, "list_role_policies", "PolicyNames", RoleName=name)
    attached = members(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name)
    return {
        "path": found["Path"],
        "description": found.get("Description", ""),
        "maxSessionDuration": found["MaxSessionDuration"],
        "permissionsBoundary": found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "trustPolicy": found["AssumeRolePolicyDocument"],
        "inlinePolicies": {
            policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in policies
        },
        "managedPolicies": sorted(policy["PolicyArn"] for policy in attached),
        "tags": tags(found.get("Tags", [])),
    }


def profile(iam, name):
    found = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
    return {
        "path": found["Path"],
        "roles": [holder["RoleName"] for holder in found["Roles"]],
        "tags": tags(found.get("Tags", [])),
    }


def associations(ec2):
    """The name of each instance's profile."""
    found = members(
        ec2, "describe_iam_instance_profile_associations", "IamInstanceProfileAssociations"
    )
    return {
        association["InstanceId"]: association["IamInstanceProfile"]["Arn"].split("/")[-1]
        for association in found
    }


def account(iam, ec2):
    roles = [found["RoleName"] for found in members(iam, "list_roles", "Roles")]
    profiles = members(iam, "list_instance_profiles", "InstanceProfiles")
    profiles = [found["InstanceProfileName"] for found in profiles]
    return {
        "roles": {name: role(iam, name) for name in roles},
        "profiles": {name: profile(iam, name) for name in profiles},
        "associations": associations(ec2),
    }


if __name__ == "__main__":
    found = clients(sys.argv[1])
    print(json.dumps(account(found["iam"], found["ec2"]), indent=2, default=str))
