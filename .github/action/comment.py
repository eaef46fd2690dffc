"""Puts a plan into a comment of the pull request: the one that an earlier run left, or a new one."""

import hashlib
import os
import sys

import github
from github import Stop

# What GitHub takes in one comment.
LIMIT = 65536
CUT = "\n\n**Cut to fit.**"
# Who comments with a workflow's own token.
ACTIONS = "github-actions[bot]"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    pull = github.event()["pull_request"]
    words = os.environ["INPUT_PATHS"].split() + os.environ["INPUT_ARGUMENTS"].split()
    body = f"{marker(words)}\n{text.rstrip()}\n\nPlanned for commit {pull['head']['sha']}.\n"
    if len(body) > LIMIT:
        body = body[: LIMIT - len(CUT)] + CUT
    repository = f"repos/{os.environ['GITHUB_REPOSITORY']}"
    comments = f"{repository}/issues/{pull['number']}/comments"
    try:
        earlier = find(comments, (marker(words), old_marker(words)), me())
        if earlier is None:
            github.call("POST", comments, {"body": body})
        else:
            github.call("PATCH", f"{repository}/issues/comments/{earlier}", {"body": body})
    except Stop as stop:
        # The summary of the job has the plan: the job does not fail for the comment. Runs of forks have a token that may only
        # read.
        hint = "; the job needs pull-requests:write" if stop.status in (403, 404) else ""
        print(github.command("warning", f"the plan could not be commented: {stop}{hint}"))


def marker(words):
    """Several stacks of one repository have a comment each, and so has each environment of one stack. Arguments may be
    secret and comments are public: only their digest is written."""
    digest = hashlib.sha256("\0".join(words).encode()).hexdigest()
    return f"<!-- rolewright plan {digest} -->"


def old_marker(words):
    """That of version 0.1.0, which held the arguments: a comment with it is written over."""
    name = " ".join(words).replace("--", "- -").replace(">", "")
    return f"<!-- rolewright plan of {name} -->"


def me():
    """Who comments. A workflow's own token may not ask."""
    try:
        return github.call("GET", "user")["login"]
    except Stop as stop:
        if stop.status not in (401, 403, 404):
            raise
        return ACTIONS


def find(comments, markers, login):
    """The comment of an earlier run. Others can change what they wrote later: a plan never goes into their comments."""
    for comment in github.pages(comments):
        is_mine = (comment["user"] or {}).get("login") == login
        if is_mine and (comment["body"] or "").startswith(markers):
            return comment["id"]
    return None


if __name__ == "__main__":
    github.run(main)
