#!/usr/bin/env bash
# Ends the job as rolewright ended. Changes are what a plan is for; drift is what a nightly job shall fail for.
set -euo pipefail

again='plan again: open a pull request with an empty commit'
case $INPUT_COMMAND:$EXIT_CODE in
plan:2 | *:0) exit 0 ;;
*:4) echo "::error title=rolewright::the plan is stale; $again" ;;
apply:5) echo "::error title=rolewright::some steps failed; when the reason is gone, $again" ;;
drift:2) echo "::error title=rolewright::AWS is not as declared: see the summary of this job" ;;
*) echo "::error title=rolewright::it ended with exit code $EXIT_CODE" ;;
esac
exit "$EXIT_CODE"
