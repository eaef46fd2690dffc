#!/usr/bin/env bash
# Runs rolewright and writes down how it ended. The verdict is given by result.sh, so that a refused plan is commented on first.
set -uo pipefail

read -r -a paths <<<"$INPUT_PATHS"
read -r -a more <<<"$INPUT_ARGUMENTS"

case $INPUT_COMMAND in
plan)
    command=(plan "${paths[@]}" "${more[@]}" --detailed-exitcode --out "$INPUT_PLAN_FILE" --annotations github
        --html "${INPUT_PLAN_FILE%.json}.html" --markdown "$RUNNER_TEMP/rolewright-plan.md" --markdown-limit 65000)
    ;;
apply) command=(apply "$INPUT_PLAN_FILE" "${more[@]}" --yes) ;;
drift) command=(drift "${paths[@]}" "${more[@]}") ;;
*)
    echo "::error title=rolewright::there is no command $INPUT_COMMAND: use plan, apply or drift"
    exit 64
    ;;
esac

markdown=$RUNNER_TEMP/rolewright-plan.md
rm -f "$markdown"
code=0
rolewright "${command[@]}" || code=$?
if [ "$INPUT_COMMAND" = plan ] && [ ! -e "$markdown" ]; then
    printf '## The plan failed\n\nrolewright ended with exit code %s; the log of the job says why.\n' "$code" >"$markdown"
fi
changes=false
if [ "$code" -eq 2 ]; then changes=true; fi
{
    echo "exit-code=$code"
    echo "has-changes=$changes"
} >>"$GITHUB_OUTPUT"
