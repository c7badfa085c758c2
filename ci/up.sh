#!/usr/bin/env bash
# up.sh <market> <stack>: brings one stack up to date. The order of stacks is the
# workflow's, and who approved it is the forge's; what is dangerous still needs words:
#
#   ACCEPT_RISKS   one risk a line, as the preview names them, e.g. replace:<urn>
set -euo pipefail
# shellcheck source=ci/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

market_name "${1:-}"
market_name "${2:-}"
args=(up "$1" --stack "$2")
while IFS= read -r risk; do
  [[ -z "$risk" ]] || args+=("--accept-risk=$risk")
done <<< "${ACCEPT_RISKS:-}"
exec pitboss "${args[@]}"
