"""Puts a plan into a comment of the pull request: the one that an earlier run left, or a new one.

Needs nothing but Python. Talks to GITHUB_API_URL only.
"""

import json
import os
import sys
import urllib.error
import urllib.request

PAGE = 100
# What GitHub takes in one comment.
LIMIT = 65536
CUT = "\n\n**Cut to fit.**"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    with open(os.environ["GITHUB_EVENT_PATH"], encoding="utf-8") as file:
        number = json.load(file)["pull_request"]["number"]
    # Several stacks of one repository have a comment each, and so has each environment of one stack.
    words = os.environ["INPUT_PATHS"].split() + os.environ["INPUT_ARGUMENTS"].split()
    name = " ".join(words).replace("--", "- -").replace(">", "")
    marker = f"<!-- rolewright plan of {name} -->"
    body = f"{marker}\n{text}"
    if len(body) > LIMIT:
        body = body[: LIMIT - len(CUT)] + CUT
    repository = f"repos/{os.environ['GITHUB_REPOSITORY']}"
    comments = f"{repository}/issues/{number}/comments"
    try:
        earlier = find(comments, marker, me())
        if earlier is None:
            call("POST", comments, {"body": body})
        else:
            call("PATCH", f"{repository}/issues/comments/{earlier}", {"body": body})
    except urllib.error.HTTPError as error:
        # Runs of forks have a token that may only read: the job's summary has the plan.
        if error.code not in (403, 404):
            raise
        print(f"::warning title=rolewright::the plan could not be commented: HTTP {error.code}; the job needs pull-requests:write")


def me():
    """Who comments. A workflow's own token may not ask: its comments are a bot's."""
    try:
        return call("GET", "user")["login"]
    except urllib.error.HTTPError as error:
        if error.code not in (401, 403, 404):
            raise
        return None


def is_mine(comment, login):
    """Whoever wrote a comment can change it later: a plan never goes into one that somebody else has prepared."""
    user = comment["user"] or {}
    return user.get("login") == login if login else user.get("type") == "Bot"


def find(comments, marker, login):
    page = 1
    while True:
        found = call("GET", f"{comments}?per_page={PAGE}&page={page}")
        for comment in found:
            if is_mine(comment, login) and (comment["body"] or "").startswith(marker):
                return comment["id"]
        if len(found) < PAGE:
            return None
        page += 1


def call(method, path, body=None):
    base = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    request = urllib.request.Request(f"{base}/{path}", method=method)
    request.add_header("Accept", "application/vnd.github+json")
    request.add_header("Authorization", f"Bearer {os.environ['GITHUB_TOKEN']}")
    data = None
    if body is not None:
        request.add_header("Content-Type", "application/json")
        data = json.dumps(body).encode()
    with urllib.request.urlopen(request, data=data, timeout=30) as answer:
        return json.load(answer)


main()
