#!/usr/bin/env bash
# Builds this version of rolewright, unless the job has one on its PATH already.
set -euo pipefail

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
# What an earlier job has built, where the workflow caches it.
if [ -x "$RUNNER_TEMP/rolewright/bin/rolewright" ]; then
    echo "$RUNNER_TEMP/rolewright/bin" >>"$GITHUB_PATH"
    PATH=$RUNNER_TEMP/rolewright/bin:$PATH
fi
if command -v rolewright >/dev/null; then
    found=$(rolewright --version)
    echo "$found"
    if [ "$found" != "rolewright $version" ]; then
        echo "::warning title=rolewright::this action is of version $version and runs another version that is on the PATH"
    fi
    exit 0
fi
if ! command -v cargo >/dev/null; then
    echo "::error title=rolewright::there is neither rolewright nor cargo: install one of them in an earlier step"
    exit 1
fi
# Build scripts are other people's programs: they see no credentials, whatever the job has got already.
for name in $(compgen -e); do
    case $name in
    AWS_* | ACTIONS_ID_TOKEN_* | ACTIONS_RUNTIME_* | GITHUB_TOKEN | GH_TOKEN | INPUT_*) unset "$name" ;;
    esac
done
cargo install --locked --path "$GITHUB_ACTION_PATH" --root "$RUNNER_TEMP/rolewright"
echo "$RUNNER_TEMP/rolewright/bin" >>"$GITHUB_PATH"
