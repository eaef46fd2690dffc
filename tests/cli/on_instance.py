"""What a program on an instance sees: who it is by its credentials, and whether it may describe instances. Prints JSON."""

import json
import os

import boto3
from botocore.exceptions import ClientError

session = boto3.Session()
keys = session.get_credentials().get_frozen_credentials()
clients = (session.client(name, endpoint_url=os.environ["AWS_ENDPOINT_URL"]) for name in ("sts", "ec2"))
sts, ec2 = clients
try:
    ec2.describe_instances()
    described = "allowed"
except ClientError as refusal:
    described = str(refusal)
print(
    json.dumps(
        {
            "method": session.get_credentials().method,
            "arn": sts.get_caller_identity()["Arn"],
            "described": described,
            "keys": {
                "AWS_ACCESS_KEY_ID": keys.access_key,
                "AWS_SECRET_ACCESS_KEY": keys.secret_key,
                "AWS_SESSION_TOKEN": keys.token,
            },
        }
    )
)
