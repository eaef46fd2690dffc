"""Makes every call that the sandbox knows with boto3, which refuses what it cannot parse, and checks what it read."""

import base64
import json
import os

import boto3

URL = os.environ["AWS_ENDPOINT_URL"]
iam, ec2, sts, s3 = (boto3.client(name, endpoint_url=URL) for name in ("iam", "ec2", "sts", "s3"))

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}],
}
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
TAGS = [{"Key": "Team", "Value": "naïve + 1=1"}]
WEB = "i-1234567890abcdef0"
BATCH = "i-0fedcba9876543210"


def equal(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


equal(sts.get_caller_identity()["Account"], "123456789012")

# A role with everything on it.
role = iam.create_role(
    RoleName="app",
    Path="/team/",
    Description="first",
    MaxSessionDuration=7200,
    AssumeRolePolicyDocument=json.dumps(TRUST),
    PermissionsBoundary=READ_ONLY,
    Tags=TAGS,
)["Role"]
equal((role["Path"], role["Tags"]), ("/team/", TAGS))
equal(iam.get_role(RoleName="app")["Role"]["MaxSessionDuration"], 7200)
iam.update_role(RoleName="app", Description="second", MaxSessionDuration=3600)
iam.update_role_description(RoleName="app", Description="a & b <c> ]]>")
iam.update_assume_role_policy(RoleName="app", PolicyDocument=json.dumps(TRUST, indent=4))
iam.put_role_permissions_boundary(RoleName="app", PermissionsBoundary=READ_ONLY)
iam.put_role_policy(RoleName="app", PolicyName="Read", PolicyDocument=json.dumps(POLICY))
iam.attach_role_policy(RoleName="app", PolicyArn=READ_ONLY)
iam.tag_role(RoleName="app", Tags=[{"Key": "Other", "Value": ""}])
read = iam.get_role(RoleName="app")["Role"]
equal((read["Description"], read["AssumeRolePolicyDocument"]), ("a & b <c> ]]>", TRUST))
equal(read["PermissionsBoundary"]["PermissionsBoundaryArn"], READ_ONLY)
equal(iam.get_role_policy(RoleName="app", PolicyName="Read")["PolicyDocument"], POLICY)
equal(iam.list_role_policies(RoleName="app")["PolicyNames"], ["Read"])
attached = iam.list_attached_role_policies(RoleName="app")["AttachedPolicies"]
equal(attached, [{"PolicyName": "AmazonS3ReadOnlyAccess", "PolicyArn": READ_ONLY}])
equal(len(iam.list_role_tags(RoleName="app")["Tags"]), 2)
equal([one["RoleName"] for one in iam.list_roles(PathPrefix="/team/")["Roles"]], ["app"])

# A profile that holds it.
profile = iam.create_instance_profile(InstanceProfileName="app", Tags=TAGS)["InstanceProfile"]
equal((profile["Roles"], profile["Tags"]), ([], TAGS))
iam.add_role_to_instance_profile(InstanceProfileName="app", RoleName="app")
iam.tag_instance_profile(InstanceProfileName="app", Tags=[{"Key": "Other", "Value": "x"}])
held = iam.get_instance_profile(InstanceProfileName="app")["InstanceProfile"]["Roles"]
equal([one["RoleId"] for one in held], [role["RoleId"]])
equal(len(iam.list_instance_profile_tags(InstanceProfileName="app")["Tags"]), 2)
for found in (iam.list_instance_profiles(), iam.list_instance_profiles_for_role(RoleName="app")):
    equal([one["InstanceProfileName"] for one in found["InstanceProfiles"]], ["app"])
details = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
(detail,) = (one for one in details if one["RoleName"] == "app")
equal(detail["RolePolicyList"], [{"PolicyName": "Read", "PolicyDocument": POLICY}])
equal(detail["InstanceProfileList"][0]["InstanceProfileName"], "app")
assert iam.get_account_summary()["SummaryMap"]["Roles"] >= 1
iam.create_user(UserName="ann", Tags=TAGS)
equal(iam.get_user(UserName="ann")["User"]["UserName"], "ann")
ANN = {"UserName": "ann", "PolicyName": "Read"}
iam.put_user_policy(**ANN, PolicyDocument=json.dumps(POLICY))
equal(iam.get_user_policy(**ANN)["PolicyDocument"], POLICY)
equal(iam.list_user_policies(UserName="ann")["PolicyNames"], ["Read"])
details = iam.get_account_authorization_details(Filter=["User"])["UserDetailList"]
(detail,) = (one for one in details if one["UserName"] == "ann")
equal(detail["UserPolicyList"], [{"PolicyName": "Read", "PolicyDocument": POLICY}])
iam.delete_user_policy(**ANN)


# Sessions of a role, of a federated user and of the user itself, and the end of one.
def session_of(credentials, service):
    return boto3.client(
        service,
        endpoint_url=URL,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def who(credentials):
    return session_of(credentials, "sts").get_caller_identity()["Arn"]


def statement(**parts):
    return json.dumps({"Version": "2012-10-17", "Statement": [parts]})


ours = statement(Effect="Allow", Principal={"AWS": "123456789012"}, Action=["sts:AssumeRole", "sts:TagSession"])
made = iam.create_role(RoleName="session", AssumeRolePolicyDocument=ours)["Role"]
look = statement(Effect="Allow", Action="iam:GetRole", Resource="*")
iam.put_role_policy(RoleName="session", PolicyName="Look", PolicyDocument=look)
mary = sts.assume_role(RoleArn=made["Arn"], RoleSessionName="mary", DurationSeconds=900, Tags=[{"Key": "Team", "Value": "data"}])
equal(mary["AssumedRoleUser"]["AssumedRoleId"], made["RoleId"] + ":mary")
equal(who(mary["Credentials"]), "arn:aws:sts::123456789012:assumed-role/session/mary")
marys = session_of(mary["Credentials"], "iam")
equal(marys.get_role(RoleName="session")["Role"]["RoleId"], made["RoleId"])
later = {"DateLessThan": {"aws:TokenIssueTime": "2999-01-01T00:00:00Z"}}
revoked = statement(Effect="Deny", Action=["*"], Resource=["*"], Condition=later)
iam.put_role_policy(RoleName="session", PolicyName="AWSRevokeOlderSessions", PolicyDocument=revoked)
try:
    marys.get_role(RoleName="session")
    raise AssertionError("the session is revoked")
except marys.exceptions.ClientError as refusal:
    equal(refusal.response["Error"]["Code"], "AccessDenied")
    assert "with an explicit deny in an identity-based policy" in str(refusal), refusal
for name in ("Look", "AWSRevokeOlderSessions"):
    iam.delete_role_policy(RoleName="session", PolicyName=name)
iam.delete_role(RoleName="session")
bob = sts.get_federation_token(Name="Bob", Policy=json.dumps(POLICY))
equal(who(bob["Credentials"]), "arn:aws:sts::123456789012:federated-user/Bob")
own = sts.get_session_token(DurationSeconds=900)
equal(who(own["Credentials"]), "arn:aws:iam::123456789012:user/sandbox")

# Instances that use it.
by_name = {"Name": "app"}
made = ec2.associate_iam_instance_profile(InstanceId=WEB, IamInstanceProfile=by_name)
equal(made["IamInstanceProfileAssociation"]["IamInstanceProfile"]["Id"], profile["InstanceProfileId"])
pages = ec2.get_paginator("describe_iam_instance_profile_associations").paginate(PaginationConfig={"PageSize": 5})
(association,) = (one for page in pages for one in page["IamInstanceProfileAssociations"])
replaced = ec2.replace_iam_instance_profile_association(
    AssociationId=association["AssociationId"], IamInstanceProfile={"Arn": profile["Arn"]}
)["IamInstanceProfileAssociation"]
described = ec2.describe_instances(InstanceIds=[WEB])["Reservations"][0]["Instances"][0]
equal(described["IamInstanceProfile"], {"Arn": profile["Arn"], "Id": profile["InstanceProfileId"]})
ec2.disassociate_iam_instance_profile(AssociationId=replaced["AssociationId"])
launched = ec2.run_instances(
    ImageId="ami-11aa22bb",
    MinCount=1,
    MaxCount=1,
    InstanceType="t3.micro",
    IamInstanceProfile=by_name,
    MetadataOptions={"HttpTokens": "required"},
    UserData="#!/bin/sh",
    DisableApiTermination=True,
    TagSpecifications=[{"ResourceType": "instance", "Tags": TAGS}],
)["Instances"][0]
ec2.create_tags(Resources=[launched["InstanceId"]], Tags=[{"Key": "Other", "Value": "x"}])
found = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [launched["InstanceId"]]}])["Tags"]
equal(sorted(one["Key"] for one in found), ["Other", "Team"])
ec2.delete_tags(Resources=[launched["InstanceId"]], Tags=[{"Key": "Other"}])
ec2.start_instances(InstanceIds=[BATCH])
ec2.stop_instances(InstanceIds=[BATCH])
new = launched["InstanceId"]
data = ec2.describe_instance_attribute(InstanceId=new, Attribute="userData")["UserData"]["Value"]
equal(base64.b64decode(data), b"#!/bin/sh")
try:
    ec2.terminate_instances(InstanceIds=[new])
    raise AssertionError("it is protected")
except ec2.exceptions.ClientError as error:
    equal(error.response["Error"]["Code"], "OperationNotPermitted")
ec2.modify_instance_attribute(InstanceId=new, DisableApiTermination={"Value": False})
protection = ec2.describe_instance_attribute(InstanceId=new, Attribute="disableApiTermination")
equal(protection["DisableApiTermination"], {"Value": False})
groups = ec2.describe_instance_attribute(InstanceId=new, Attribute="groupSet")["Groups"]
equal([one["GroupId"] for one in groups], ["sg-1a2b3c4d"])
options = ec2.modify_instance_metadata_options(InstanceId=new, HttpPutResponseHopLimit=2)
equal(options["InstanceMetadataOptions"]["HttpPutResponseHopLimit"], 2)
equal(options["InstanceMetadataOptions"]["HttpTokens"], "required")
ended = ec2.terminate_instances(InstanceIds=[launched["InstanceId"]])["TerminatingInstances"][0]
equal(ended["InstanceId"], launched["InstanceId"])

# A bucket with a policy, and objects.
s3.create_bucket(Bucket="reports")
equal([one["Name"] for one in s3.list_buckets()["Buckets"]], ["amzn-s3-demo-bucket", "amzn-s3-demo-bucket1", "reports"])
equal(s3.head_bucket(Bucket="reports")["BucketRegion"], "us-east-1")
equal(s3.get_bucket_location(Bucket="reports")["LocationConstraint"], None)
text = '{ "Version": "2012-10-17", "Statement": [ %s ] }' % json.dumps(
    {
        "Effect": "Deny",
        "Principal": {"AWS": "arn:aws:sts::123456789012:federated-user/Bob"},
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::reports/*",
    }
)
s3.put_bucket_policy(Bucket="reports", Policy=text, ExpectedBucketOwner="123456789012")
equal(s3.get_bucket_policy(Bucket="reports")["Policy"], text)
s3.delete_bucket_policy(Bucket="reports")
KEY = "2026/märz & april+1.txt"
s3.put_object(Bucket="reports", Key=KEY, Body=b"\x00\xff", ContentType="application/x-test")
equal(s3.head_object(Bucket="reports", Key=KEY)["ContentLength"], 2)
found = s3.get_object(Bucket="reports", Key=KEY)
equal((found["Body"].read(), found["ContentType"]), (b"\x00\xff", "application/x-test"))
equal([one["Key"] for one in s3.list_objects_v2(Bucket="reports", Prefix="2026/")["Contents"]], [KEY])
s3.delete_object(Bucket="reports", Key=KEY)
equal(s3.list_objects_v2(Bucket="reports")["KeyCount"], 0)
s3.delete_bucket(Bucket="reports")
# A client follows to the region of a bucket that is elsewhere.
equal(s3.get_bucket_location(Bucket="amzn-s3-demo-bucket1")["LocationConstraint"], "eu-west-1")
try:
    s3.get_bucket_policy(Bucket="amzn-s3-demo-bucket")
    raise AssertionError("it has no policy")
except s3.exceptions.ClientError as error:
    equal(error.response["Error"]["Code"], "NoSuchBucketPolicy")

# Refusals are parsed as well.
try:
    iam.get_role(RoleName="nobody")
    raise AssertionError("there is no such role")
except iam.exceptions.NoSuchEntityException as error:
    equal(error.response["ResponseMetadata"]["HTTPStatusCode"], 404)
try:
    iam.delete_role(RoleName="app")
    raise AssertionError("it is not empty")
except iam.exceptions.DeleteConflictException:
    pass
try:
    ec2.describe_instances(InstanceIds=["i-00000000000000000"])
    raise AssertionError("there is no such instance")
except ec2.exceptions.ClientError as error:
    equal(error.response["Error"]["Code"], "InvalidInstanceID.NotFound")

# And all of it goes.
iam.untag_role(RoleName="app", TagKeys=["Other"])
iam.untag_instance_profile(InstanceProfileName="app", TagKeys=["Other"])
iam.remove_role_from_instance_profile(InstanceProfileName="app", RoleName="app")
iam.delete_instance_profile(InstanceProfileName="app")
iam.delete_role_policy(RoleName="app", PolicyName="Read")
iam.detach_role_policy(RoleName="app", PolicyArn=READ_ONLY)
iam.delete_role_permissions_boundary(RoleName="app")
iam.delete_role(RoleName="app")
iam.delete_user(UserName="ann")
