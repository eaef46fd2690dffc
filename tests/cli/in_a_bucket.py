"""What somebody sees of a bucket with the credentials of the environment: for each of its objects the text, or the refusal."""

import os
import sys

import boto3
from botocore.exceptions import ClientError

s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
for key in sys.argv[2:]:
    try:
        print(s3.get_object(Bucket=sys.argv[1], Key=key)["Body"].read().decode().strip())
    except ClientError as refusal:
        print(refusal)
