#!/usr/bin/env bash
# Builds this version of rolewright, unless the job has one on its PATH already.
set -euo pipefail

if command -v rolewright >/dev/null; then
    rolewright --version
    exit 0
fi
if ! command -v cargo >/dev/null; then
    echo "::error title=rolewright::there is neither rolewright nor cargo: install one of them in an earlier step"
    exit 1
fi
cargo install --locked --path "$GITHUB_ACTION_PATH" --root "$RUNNER_TEMP/rolewright"
echo "$RUNNER_TEMP/rolewright/bin" >>"$GITHUB_PATH"
