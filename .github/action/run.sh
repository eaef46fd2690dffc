#!/usr/bin/env bash
# Runs rolewright and writes down how it ended. The verdict is given by result.sh, so that a refused plan is commented on first.
set -uo pipefail

# Inputs may go over several lines: none of them may get lost. `read` fails at the end of its text, which is meant.
read -r -d '' -a paths <<<"$INPUT_PATHS"
read -r -d '' -a more <<<"$INPUT_ARGUMENTS"
# Before its version 4.4, which macOS does not have, bash takes an empty list for an unknown name: hence the `+`.
markdown=$RUNNER_TEMP/rolewright-plan.md
annotations=$RUNNER_TEMP/rolewright-annotations

# ended CODE CHANGES: for later steps.
ended() {
    { echo "exit-code=$1" && echo "has-changes=$2"; } >>"$GITHUB_OUTPUT"
}

case $INPUT_COMMAND in
plan)
    mkdir -p "$(dirname "$INPUT_PLAN_FILE")"
    command=(plan ${paths[@]+"${paths[@]}"} ${more[@]+"${more[@]}"} --detailed-exitcode --out "$INPUT_PLAN_FILE"
        --annotations github --annotations-file "$annotations"
        --html "${INPUT_PLAN_FILE%.json}.html" --markdown "$markdown" --markdown-limit 65000)
    ;;
apply)
    command=(apply "$INPUT_PLAN_FILE" ${more[@]+"${more[@]}"} --yes)
    for path in ${paths[@]+"${paths[@]}"}; do command+=(--manifests "$path"); done
    # Without any path it is the folder, as for `plan`: the check is never left out.
    if [ ${#paths[@]} -eq 0 ]; then command+=(--manifests .); fi
    ;;
drift) command=(drift ${paths[@]+"${paths[@]}"} ${more[@]+"${more[@]}"}) ;;
*)
    ended 64 false
    echo "::error title=rolewright::there is no such command: use install, plan, apply or drift"
    exit 64
    ;;
esac

rm -f "$markdown" "$annotations"
# What is printed has texts from manifests and from AWS. The runner must not take a line of it for a command: it takes none
# until it reads the token. One stream, so that no line of the other comes after that.
token=$(python3 -c 'import secrets; print(secrets.token_hex(32))')
code=0
echo "::stop-commands::$token"
rolewright "${command[@]}" 2>&1 || code=$?
echo
echo "::$token::"
if [ -e "$annotations" ]; then cat "$annotations"; fi

if [ "$INPUT_COMMAND" = plan ] && [ ! -e "$markdown" ]; then
    printf '## The plan failed\n\nrolewright ended with exit code %s; the log of the job says why.\n' "$code" >"$markdown"
fi
changes=false
if [ "$code" -eq 2 ]; then changes=true; fi
# A plan that is refused has changes as well.
if [ "$INPUT_COMMAND:$code" = plan:3 ] && [ -e "$INPUT_PLAN_FILE" ]; then
    changes=$(python3 -c '
import json, sys
changes = json.load(open(sys.argv[1], encoding="utf-8"))["plan"]["changes"]
print(str(any(change["action"] != "keep" for change in changes)).lower())
' "$INPUT_PLAN_FILE")
fi
ended "$code" "$changes"
