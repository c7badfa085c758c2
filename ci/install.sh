#!/usr/bin/env bash
# install.sh <dir>: builds pitboss into <dir>. The engine is the runner's own pulumi, of the
# version that the program is written with: another one may plan something else.
set -euo pipefail
# shellcheck source=ci/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v pulumi > /dev/null || refuse "no pulumi" "the engine on PATH" "use a runner image that has it; go.mod names the version"
wanted=$(awk '$1 == "github.com/pulumi/pulumi/sdk/v3" { print $2; exit }' "$(dirname "${BASH_SOURCE[0]}")/../go.mod")
found=$(pulumi version)
[[ -n "$wanted" && "$found" == "$wanted" ]] || refuse "pulumi $found" "$wanted, the version in go.mod" "install that one on the runner, e.g. in its image"
dir=${1:?"install.sh <dir>"}
mkdir -p "$dir"
export GOFLAGS='-buildvcs=false -gcflags=all=-dwarf=false'
go build -trimpath -o "$dir/pitboss" ./cmd/pitboss
if [[ -n "${GITHUB_PATH:-}" ]]; then
  printf '%s\n' "$dir" >> "$GITHUB_PATH"
fi
