"""GitHub's API for the steps of the action: calls, retries, pages, and errors that people can read.

Needs nothing but Python. Sends the token to GITHUB_API_URL only.
"""

import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

PAGE = 100
# Of one list. What is longer is not looked at in part.
PAGES = 50
# Attempts of a call, and the pause after the first; it doubles. GitHub may ask for a longer one.
ATTEMPTS = 5
PAUSE = float(os.environ.get("ROLEWRIGHT_RETRY_PAUSE", "1"))
LONGEST_PAUSE = 60


class Stop(Exception):
    """Ends the step with a sentence. `status` is what GitHub answered, where that is the reason."""

    def __init__(self, sentence, status=None):
        super().__init__(sentence)
        self.status = status


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect leads elsewhere: the token does not go there."""

    def redirect_request(self, *_):
        return None


def run(main):
    """Runs a step: what goes wrong is one annotation, and no traceback."""
    try:
        main()
    except Stop as stop:
        fail(str(stop))
    except Exception as error:
        # Answers are taken apart without a look at each field: an error page or an empty answer ends here.
        fail(f"an answer of GitHub, the event or a file is not as expected: {type(error).__name__}: {error}")


def fail(sentence):
    print(command("error", sentence))
    sys.exit(1)


def command(level, sentence):
    """A workflow command. Names come from outside: none of them ends the line."""
    sentence = sentence.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{level} title=rolewright::{sentence}"


def event():
    with open(os.environ["GITHUB_EVENT_PATH"], encoding="utf-8") as file:
        return json.load(file)


def quoted(text):
    return urllib.parse.quote(text, safe="")


def call(method, path, body=None):
    """An answer in JSON."""
    answer = send(method, path, body)
    try:
        return json.loads(answer.read())
    except ValueError:
        raise Stop(f"{method} {path}: GitHub's answer is no JSON") from None


def pages(path, key=None):
    """All of a list: the answers themselves, or what stands under `key` in them."""
    found = []
    for page in range(1, PAGES + 1):
        answer = call("GET", f"{path}{'&' if '?' in path else '?'}per_page={PAGE}&page={page}")
        part = answer[key] if key else answer
        # Anything else that is empty would pass for a list without entries.
        if not isinstance(part, list):
            raise Stop(f"GET {path}: GitHub's answer is no list")
        found.extend(part)
        if len(part) < PAGE:
            return found
    raise Stop(f"GET {path}: the list has more than {PAGES * PAGE} entries")


def send(method, path, body=None):
    """An answer whose status is a good one. A redirect is such an answer: it is not followed here."""
    base = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
    request = urllib.request.Request(f"{base}/{path}", method=method)
    request.add_header("Accept", "application/vnd.github+json")
    request.add_header("X-GitHub-Api-Version", "2022-11-28")
    request.add_header("Authorization", f"Bearer {os.environ['GITHUB_TOKEN']}")
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    return attempts(request, f"{method} {path}", urllib.request.build_opener(NoRedirect))


def attempts(request, what, opener):
    """Sends a request until it is answered, or often enough."""
    pause = PAUSE
    for left in range(ATTEMPTS - 1, -1, -1):
        wait = pause
        try:
            return opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            if error.code in (301, 302, 303, 307, 308):
                return error
            if not passes(error):
                raise Stop(f"{what}: HTTP {error.code}: {reason(error)}", error.code) from None
            sentence, status = f"{what}: HTTP {error.code}: {reason(error)}", error.code
            wait = max(pause, min(asked(error), LONGEST_PAUSE))
        except (OSError, http.client.HTTPException) as error:
            sentence, status = f"{what}: {error}", None
        if left:
            time.sleep(wait)
        pause *= 2
    raise Stop(f"{sentence}; {ATTEMPTS} attempts: run the job again later", status)


def passes(error):
    """Whether it may go well later: GitHub's limits are 429, or 403 with a header that says so."""
    limited = error.headers.get("Retry-After") or error.headers.get("X-RateLimit-Remaining") == "0"
    return error.code >= 500 or error.code == 429 or (error.code == 403 and limited)


def asked(error):
    seconds = error.headers.get("Retry-After") or "0"
    return int(seconds) if seconds.isdigit() else 0


def reason(error):
    """What GitHub says about it, shortly."""
    try:
        message = json.loads(error.read(10_000))["message"]
    except (ValueError, KeyError, TypeError, OSError):
        message = error.reason
    return str(message)[:200]
