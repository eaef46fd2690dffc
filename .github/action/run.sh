#!/usr/bin/env bash
# Runs rolewright and writes down how it ended. The verdict is given by result.sh, so that a refused plan is commented on first.
set -uo pipefail

# Inputs may go over several lines: none of them may get lost. `read` fails at the end of its text, which is meant.
read -r -d '' -a paths <<<"$INPUT_PATHS"
read -r -d '' -a more <<<"$INPUT_ARGUMENTS"
# Before its version 4.4, which macOS does not have, bash takes an empty list for an unknown name: hence the `+`.

case $INPUT_COMMAND in
plan)
    command=(plan ${paths[@]+"${paths[@]}"} ${more[@]+"${more[@]}"} --detailed-exitcode --out "$INPUT_PLAN_FILE" --annotations github
        --html "${INPUT_PLAN_FILE%.json}.html" --markdown "$RUNNER_TEMP/rolewright-plan.md" --markdown-limit 65000)
    ;;
apply) command=(apply "$INPUT_PLAN_FILE" ${more[@]+"${more[@]}"} --yes) ;;
drift) command=(drift ${paths[@]+"${paths[@]}"} ${more[@]+"${more[@]}"}) ;;
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
