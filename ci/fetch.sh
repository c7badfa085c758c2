#!/usr/bin/env bash
# fetch.sh preview <run> <dir> <market>...: what a comment needs of a run's artifact. The run
# may be anybody's, so the archive is not unpacked: single files are read out of it, no
# more of them than is shown.
# fetch.sh states <dir> <market>: the last exported states of a market, if there are any,
# from a run of this repository's own default branch and of no fork that has one so called.
#
#   GH_TOKEN, REPOSITORY, and for states REPOSITORY_ID and DEFAULT_BRANCH
set -euo pipefail
# shellcheck source=ci/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need GH_TOKEN REPOSITORY
archive=$(mktemp)
trap 'rm -f "$archive"' EXIT
most=$((20 * 1024 * 1024))

preview() {
  local run=$1 dir=$2 found market
  shift 2
  [[ "$run" =~ ^[0-9]{1,20}$ ]] || refuse "the run \"$run\"" "digits" "pass the event's run id"
  found=$(gh api "repos/$REPOSITORY/actions/runs/$run/artifacts?name=pitboss-preview" | jq -r --argjson most "$most" '.artifacts | map(select(.size_in_bytes <= $most and (.expired | not))) | first | .id // empty')
  [[ -n "$found" ]] || refuse "no artifact pitboss-preview of at most $most bytes" "one" "look at the run: it uploads one whatever happens"
  gh api "repos/$REPOSITORY/actions/artifacts/$found/zip" > "$archive"
  mkdir -p "$dir"
  unzip -p "$archive" number | head -c 32 > "$dir/number" || true
  for market in "$@"; do
    market_name "$market"
    mkdir -p "$dir/$market"
    unzip -p "$archive" "$market/report.md" | head -c "$((REPORT_LIMIT + 1))" > "$dir/$market/report.md" || true
  done
}

states() {
  local dir=$1 market=$2 found
  market_name "$market"
  need REPOSITORY_ID DEFAULT_BRANCH
  found=$(gh api "repos/$REPOSITORY/actions/artifacts?name=pitboss-states-$market&per_page=100" |
    jq -r --argjson id "$REPOSITORY_ID" --arg branch "$DEFAULT_BRANCH" \
      '.artifacts | map(select((.expired | not) and .workflow_run.head_branch == $branch and .workflow_run.repository_id == $id and .workflow_run.head_repository_id == $id)) | sort_by(.created_at) | last | .id // empty')
  mkdir -p "$dir"
  if [[ -z "$found" ]]; then
    echo "no exported states of market $market"
    return
  fi
  gh api "repos/$REPOSITORY/actions/artifacts/$found/zip" > "$archive"
  unzip -q -j -o "$archive" "$market-*.json" -d "$dir"
}

case ${1:-} in
  preview) shift && preview "$@" ;;
  states) shift && states "$@" ;;
  *) refuse "\"${1:-}\"" "preview or states" "see the head of this script" ;;
esac
