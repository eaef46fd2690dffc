"""Fetches the plan that was reviewed in the pull request that this push merged, or stops with the reason why there is none.

Nothing here trusts the order of a list or an empty answer: each thing that is looked for has to be there exactly once.
Every check that fails ends the job before a credential is used. What a plan would do is not looked at here: `rolewright
apply --manifests` compares it with the merged manifests.
"""

import datetime
import hashlib
import io
import os
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import github
from github import Stop

# Of one file. A plan is text: one that is longer is none.
LONGEST = 200_000_000
REDIRECTS = 5
# By somebody, or by GitHub because the earlier base was merged.
REBASED = ("base_ref_changed", "automatic_base_change_succeeded")
# Who may merge is asked to review: an approval by somebody else is no review.
REVIEWERS = ("OWNER", "MEMBER", "COLLABORATOR")


def main():
    if not os.environ["INPUT_ARTIFACT"]:
        print("No artifact is named: the plan has to be there already.")
        return
    repository = f"repos/{os.environ['GITHUB_REPOSITORY']}"
    commit, branch = pushed(repository)
    pull = merged_pull(repository, commit, branch)
    check_base(repository, pull)
    run = green_run(repository, pull, branch)
    artifact = reviewed_artifact(repository, pull, run)
    plan = unpacked(download(repository, artifact))
    with open(os.environ["INPUT_PLAN_FILE"], "wb") as file:
        file.write(plan)
    print(f"Fetched the plan of pull request {pull['number']}, commit {pull['head']['sha']}, made by run {run['id']}.")


def pushed(repository):
    """The commit that was pushed, and to which branch."""
    name, ref, commit = (os.environ[f"GITHUB_{part}"] for part in ("EVENT_NAME", "REF", "SHA"))
    if name != "push" or not ref.startswith("refs/heads/"):
        raise Stop(f"this run is for the event {name} of {ref}: reviewed plans are applied by a push to a branch")
    event = github.event()
    if event["after"] != commit or event["ref"] != ref or event["deleted"] or event["forced"]:
        raise Stop(f"the push to {ref} was forced, or removed it: merge a pull request")
    branch = ref[len("refs/heads/"):]
    if os.environ["GITHUB_RUN_ATTEMPT"] != "1":
        # An old run can be started again at any time: what was merged since has priority.
        head = github.call("GET", f"{repository}/git/ref/heads/{urllib.parse.quote(branch)}")["object"]["sha"]
        if head != commit:
            raise Stop(f"{branch} is at {head} now: the run of {commit} is not repeated; merge another pull request")
    return commit, branch


def only(found, none, several):
    """The only one of a list."""
    if not found:
        raise Stop(none)
    if len(found) > 1:
        raise Stop(several)
    return found[0]


def merged_pull(repository, commit, branch):
    """The pull request whose merge made this commit."""
    pulls = github.pages(f"{repository}/commits/{commit}/pulls")
    here = [
        pull
        for pull in pulls
        if pull["merged_at"] and pull["merge_commit_sha"] == commit and pull["base"]["ref"] == branch
    ]
    pull = only(
        here,
        f"no pull request was merged into {branch} with commit {commit}: nobody has reviewed a plan of it",
        f"several pull requests were merged into {branch} with commit {commit}: merge one at a time",
    )
    home = os.environ["GITHUB_REPOSITORY"]
    if any((pull[side]["repo"] or {}).get("full_name") != home for side in ("base", "head")):
        raise Stop(f"pull request {pull['number']} comes from a fork, which has no plan: open one from a branch of {home}")
    return pull


def check_base(repository, pull):
    """GitHub does not tell which pull request a run was for once that is closed. So its branch must have had one base only:
    the workflow of another base may upload anything."""
    number, base, head = pull["number"], pull["base"]["ref"], pull["head"]
    events = {event["event"] for event in github.pages(f"{repository}/issues/{number}/events")}
    if "merged" not in events:
        raise Stop(f"GitHub knows of no merge among the events of pull request {number}: run the job again later")
    if events.intersection(REBASED):
        raise Stop(f"the base of pull request {number} was changed: its plan may be for another branch; open a new one")
    owner = os.environ["GITHUB_REPOSITORY"].split("/")[0]
    of_branch = github.pages(f"{repository}/pulls?state=all&head={github.quoted(owner + ':' + head['ref'])}")
    if number not in [pull["number"] for pull in of_branch]:
        raise Stop(f"GitHub does not list pull request {number} for the branch {head['ref']}: run the job again later")
    of_commit = github.pages(f"{repository}/commits/{head['sha']}/pulls")
    others = [other for other in of_branch if other["base"]["ref"] != base]
    others += [other for other in of_branch + of_commit if other["head"]["sha"] == head["sha"]]
    for other in others:
        if other["number"] != number:
            raise Stop(
                f"pull request {other['number']} has the branch or the commit of pull request {number} too: "
                "which of them a plan was made for is not known; open a new one from a branch of its own"
            )


def green_run(repository, pull, branch):
    """The run of this workflow that planned the pull request. Runs that failed count: another one may have been made to
    take their place."""
    head = pull["head"]
    # OWNER/REPO/.github/workflows/iam.yml@refs/heads/main
    path = os.environ["GITHUB_WORKFLOW_REF"].split("@")[0].split("/", 2)[2]
    workflow = github.quoted(path.split("/")[-1])
    runs = github.pages(
        f"{repository}/actions/workflows/{workflow}/runs?event=pull_request&head_sha={head['sha']}", "workflow_runs"
    )
    if any(run["head_sha"] != head["sha"] or run["event"] != "pull_request" for run in runs):
        raise Stop(f"GitHub lists runs that are not of commit {head['sha']}")
    run = only(
        runs,
        f"no run of {path} planned pull request {pull['number']} at {head['sha']}",
        f"{path} ran for several pull requests at {head['sha']}, or was started again by reopening one: "
        "open a new pull request with an empty commit",
    )
    bases = {known["base"]["ref"] for known in run["pull_requests"] or []}
    if (
        run["path"].split("@")[0] != path
        or run["head_branch"] != head["ref"]
        or run["head_repository"]["full_name"] != os.environ["GITHUB_REPOSITORY"]
        or bases - {branch}
    ):
        raise Stop(f"run {run['id']} is not of pull request {pull['number']} into {branch}")
    if run["status"] != "completed" or run["conclusion"] != "success":
        raise Stop(
            f"run {run['id']}, which planned pull request {pull['number']}, ended with {run['conclusion']}: "
            "its plan was refused or is not complete"
        )
    return run


def reviewed_artifact(repository, pull, run):
    """The plan of a run, if it was there before people decided."""
    name = os.environ["INPUT_ARTIFACT"]
    artifacts = github.pages(
        f"{repository}/actions/runs/{run['id']}/artifacts?name={github.quoted(name)}", "artifacts"
    )
    artifact = only(
        [one for one in artifacts if one["name"] == name],
        f"run {run['id']} has no artifact {name}",
        f"run {run['id']} has several artifacts {name}: open a new pull request with an empty commit",
    )
    again = "plan again: open a pull request with an empty commit"
    if artifact["expired"]:
        raise Stop(f"the artifact {name} of run {run['id']} has expired; {again}")
    if artifact["workflow_run"]["id"] != run["id"] or artifact["workflow_run"]["head_sha"] != pull["head"]["sha"]:
        raise Stop(f"the artifact {name} is not of run {run['id']}")
    made = max(time(artifact[name]) for name in ("created_at", "updated_at"))
    if made >= time(pull["merged_at"]):
        raise Stop(f"the plan is newer than the merge of pull request {pull['number']}: nobody has reviewed it; {again}")
    reviews = github.pages(f"{repository}/pulls/{pull['number']}/reviews")
    approvals = [
        time(review["submitted_at"])
        for review in reviews
        if review["state"] == "APPROVED" and review["author_association"] in REVIEWERS
    ]
    if approvals and made >= max(approvals):
        raise Stop(f"the plan is newer than the last approval of pull request {pull['number']}; {again}")
    return artifact


def time(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def download(repository, artifact):
    """The artifact's archive. GitHub redirects to a storage, which is not told the token."""
    if artifact["size_in_bytes"] > LONGEST:
        raise Stop(f"the artifact {artifact['name']} is too long for a plan")
    path = f"{repository}/actions/artifacts/{artifact['id']}/zip"
    answer, what = github.send("GET", path), f"GET {path}"
    for _ in range(REDIRECTS):
        if answer.status == 200:
            archive = answer.read(LONGEST + 1)
            check_digest(artifact, archive)
            return archive
        url = urllib.parse.urljoin(answer.url, answer.headers["Location"])
        # The API itself is on loopback in tests only.
        if urllib.parse.urlsplit(url).scheme not in ("https", urllib.parse.urlsplit(answer.url).scheme):
            raise Stop(f"{what}: GitHub redirects to {urllib.parse.urlsplit(url).scheme}, which is not encrypted")
        host = urllib.parse.urlsplit(url).netloc
        answer = github.attempts(
            urllib.request.Request(url), f"GET from {host}", urllib.request.build_opener(github.NoRedirect)
        )
    raise Stop(f"{what}: more than {REDIRECTS} redirects")


def check_digest(artifact, archive):
    digest = artifact.get("digest") or ""
    if digest.startswith("sha256:") and digest != "sha256:" + hashlib.sha256(archive).hexdigest():
        raise Stop(f"the artifact {artifact['name']} is not as it was uploaded: its digest does not fit")


def unpacked(archive):
    """The plan in the archive."""
    name = os.path.basename(os.environ["INPUT_PLAN_FILE"])
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            file = only(
                [file for file in files.infolist() if file.filename == name],
                f"the artifact holds no {name}",
                f"the artifact holds several {name}",
            )
            if file.file_size > LONGEST:
                raise Stop(f"{name} is too long for a plan")
            return files.read(file)
    except zipfile.BadZipFile:
        raise Stop("the artifact is no zip archive") from None


if __name__ == "__main__":
    github.run(main)
