"""Serves moto on a free loopback port and makes boto3 calls against it on request.

Speaks JSON lines: says `{"url": ...}` first, then answers each line of standard input with one line.
    {"service": "iam", "call": "get_role", "parameters": {...}}  ->  {"answer": {...}} or {"error": {...}}
    {"read_back": true}                                          ->  {"answer": {the whole account}}
Either may name a `region` other than us-east-1.
It ends when standard input does, so that it never outlives the test that started it.
"""

import json
import logging
import sys

from botocore.exceptions import ClientError
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

import read_back


def say(message):
    """Prints one line; times and the like become text."""
    sys.stdout.write(json.dumps(message, default=str) + "\n")
    sys.stdout.flush()


def answer(clients, order):
    """Does what one line asks for."""
    if order.get("read_back"):
        return read_back.account(clients["iam"], clients["ec2"])
    call = getattr(clients[order["service"]], order["call"])
    answered = call(**order.get("parameters", {}))
    answered.pop("ResponseMetadata", None)
    return answered


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    url = f"http://127.0.0.1:{port}"
    say({"url": url})
    for line in sys.stdin:
        order = json.loads(line)
        clients = read_back.clients(url, order.get("region", "us-east-1"))
        try:
            say({"answer": answer(clients, order)})
        except ClientError as error:
            say({"error": error.response["Error"]})


if __name__ == "__main__":
    main()
