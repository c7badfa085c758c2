#!/usr/bin/env bash
# install.sh <dir>: builds pitboss into <dir>. The engine is the runner's own pulumi.
set -euo pipefail
# shellcheck source=ci/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v pulumi > /dev/null || refuse "no pulumi" "the engine on PATH" "use a runner image that has it; go.mod names the version"
dir=${1:?"install.sh <dir>"}
mkdir -p "$dir"
export GOFLAGS='-buildvcs=false -gcflags=all=-dwarf=false'
go build -trimpath -o "$dir/pitboss" ./cmd/pitboss
if [[ -n "${GITHUB_PATH:-}" ]]; then
  printf '%s\n' "$dir" >> "$GITHUB_PATH"
fi
