#!/usr/bin/env bash
# states.sh <market> <dir>: exports the states of a market's stacks, for previews that have
# no credentials. What is secret in them stays as the state's key has encrypted it; the role
# "preview" could not decrypt it. A stack that nobody has built has no state, and no file.
#
# This is not `pitboss export`: that asks pulumi for the list of stacks, for which it opens
# every market's state in the bucket, and the role may read this market's alone.
#
#   PULUMI_BACKEND_URL   where the states are, e.g. s3://acme-pitboss-state?region=...
set -euo pipefail
# shellcheck source=ci/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

market_name "${1:-}"
market=$1
dir=${2:?"states.sh <market> <dir>"}
need PULUMI_BACKEND_URL
mkdir -p "$dir"
bucket=${PULUMI_BACKEND_URL#s3://}
bucket=${bucket%%\?*}
[[ "$PULUMI_BACKEND_URL" == s3://* && -n "$bucket" ]] || refuse "the backend \"$PULUMI_BACKEND_URL\"" "s3://<bucket>" "copy it from the output delivery of the foundation stack"

there=$(aws s3api list-objects-v2 --bucket "${bucket%/}" --prefix .pulumi/stacks/pitboss/ --query 'Contents[].Key' --output json)
found=0
for file in stacks/Pulumi."$market"-*.yaml; do
  [[ -f "$file" ]] || refuse "no stacks of market $market" "files stacks/Pulumi.$market-<stack>.yaml" "name a market of stacks/markets"
  stack=${file#stacks/Pulumi.}
  stack=${stack%.yaml}
  jq -e --arg key ".pulumi/stacks/pitboss/$stack.json" '(. // []) | index($key)' <<< "$there" > /dev/null || continue
  aws s3 cp --only-show-errors "s3://${bucket%/}/.pulumi/stacks/pitboss/$stack.json" - |
    jq -e '{version: .version, deployment: .checkpoint.latest} | select(.deployment != null)' > "$dir/$stack.json" ||
    refuse "a state of $stack that cannot be read" "a checkpoint of the engine" "look at it with pulumi stack export --stack $stack"
  found=$((found + 1))
done
echo "exported $found states of market $market"
