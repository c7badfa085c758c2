#!/usr/bin/env bash
# markets.sh all|delivered: the markets as JSON for a workflow's matrix, with their stacks in
# the order in which they are built; "delivered" only those whose file says that runners may
# change them.
set -euo pipefail
# shellcheck source=ci/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

which=${1:-}
[[ "$which" == all || "$which" == delivered ]] || refuse "\"$which\"" "all or delivered" "see the head of this script"
delivered=$(grep -l '^delivery:' stacks/markets/*.yaml | jq -Rn '[inputs]' || true)
pitboss markets --json | jq -ce --arg which "$which" --argjson delivered "${delivered:-[]}" '
  (if type == "array" then . else .markets end)
  | map(select($which == "all" or ([.file] | inside($delivered))))
  | map({market: .name, region: .home, stacks})'
