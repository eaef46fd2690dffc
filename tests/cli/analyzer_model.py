"""Makes calls with boto3, and holds answers against its service model. Both come as JSON on standard input."""

import json
import os
import sys

import boto3
from botocore.config import Config
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
