"""Makes calls with boto3, holds answers against its service model, and signs requests anew. All come as JSON on standard input."""

import json
import os
import sys

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.validate import ParamValidator

given = json.load(sys.stdin)
client = boto3.client(
    "accessanalyzer",
    endpoint_url=os.environ["ANALYZER_URL"],
    config=Config(retries={"total_max_attempts": 1}),
)
for operation, parameters in given["calls"]:
    getattr(client, operation)(**parameters)

model = client.meta.service_model
for operation, answer in given["answers"]:
    shape = model.operation_model(operation).output_shape
    report = ParamValidator().validate(answer, shape)
    if report.has_errors():
        sys.exit(f"{operation}: {report.generate_report()}")
    unknown = set(answer) - set(shape.members)
    if unknown:
        sys.exit(f"{operation} has no {unknown}")

signer = SigV4Auth(
    Credentials("AKIDEXAMPLE", "hush"), "access-analyzer", "us-east-1"
)
for request in given["signed"]:
    headers = dict(line.split(": ", 1) for line in request["headers"])
    authorization = headers.pop("authorization")
    signed = authorization.split("signedheaders=")[1].split(",")[0].split(";")
    headers["x-amz-date"] = headers["x-amz-date"].upper()
    anew = AWSRequest(
        method=request["method"],
        url=os.environ["ANALYZER_URL"] + request["target"],
        headers={name: headers[name] for name in signed},
        data=request["body"],
    )
    anew.context["timestamp"] = headers["x-amz-date"]
    to_sign = signer.string_to_sign(anew, signer.canonical_request(anew))
    signature = signer.signature(to_sign, anew)
    if not authorization.endswith("signature=" + signature):
        sys.exit(f"{request['method']} {request['target']} is signed wrongly: {authorization}")
