#!/usr/bin/env bash
# preview.sh <market> <dir>: what a pull request would change, as report.md, report.html and
# report.json in <dir>, with "exit" beside them. No credential is needed, and none is kept:
# whatever the environment has is taken away first, so that a report is the same for a fork.
#
#   STATES   a folder of exported states (states.sh); empty or absent: as if nothing is built
#
# The job is green for what a reviewer decides (0 clean, 5 changes, 7 danger: up asks for
# words), and red for what no review changes (8 a rule is broken, 4 could not tell, others).
set -euo pipefail
# shellcheck source=ci/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

market_name "${1:-}"
market=$1
dir=${2:?"preview.sh <market> <dir>"}
mkdir -p "$dir"

for name in $(compgen -e); do
  case $name in
    AWS_* | PULUMI_ACCESS_TOKEN | PULUMI_BACKEND_URL | PULUMI_CONFIG_PASSPHRASE* | KUBECONFIG | GH_TOKEN | GITHUB_TOKEN | GITLAB_TOKEN | NOTE_TOKEN | CI_JOB_TOKEN | *ID_TOKEN*) unset "$name" ;;
  esac
done

args=(preview "$market" --report "$dir")
if [[ -n "${STATES:-}" && -d "${STATES:-}" && -n "$(ls -A "$STATES")" ]]; then
  args+=(--state "$STATES")
  # What is built must be recoverable within the RTO, by the promises of a drill's steps.
  drilled=0
  pitboss drill "$market" --plan --state "$STATES" > "$dir/drill.txt" || drilled=$?
else
  args+=(--state none)
  echo "no exported states: this is a preview of a market of which nothing is built" >&2
fi

code=0
pitboss "${args[@]}" || code=$?
printf '%s\n' "$code" > "$dir/exit"

# The comment must say something even where there is no report: its absence is news.
if [[ ! -s "$dir/report.md" ]]; then
  printf '**pitboss preview %s made no report** (exit %s). The log of the job says why.\n' "$market" "$code" > "$dir/report.md"
  [[ "$code" -ne 0 ]] || code=4
fi

# 2 is a market that was built by an older program: it has not published all of it yet.
case ${drilled:-0} in
  0 | 2) ;;
  *) echo "the plan of a drill ended with $drilled: see drill.txt" >&2 && exit "$drilled" ;;
esac
case $code in
  0) echo "clean: nothing changes" ;;
  5) echo "changes: see the report" ;;
  7) echo "danger: up will refuse this plan without --accept-risk; see the report" ;;
  8) echo "a rule is broken: see the report" >&2 && exit 8 ;;
  4) echo "could not tell: see the report" >&2 && exit 4 ;;
  *) echo "pitboss ended with $code" >&2 && exit "$code" ;;
esac
