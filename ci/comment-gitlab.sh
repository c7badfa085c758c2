#!/usr/bin/env bash
# comment-gitlab.sh <dir> <market>...: keeps one note a market up to date on the merge
# request of this pipeline. A fork's pipeline has no token of this project and says so: the
# report is its artifact then, and a pipeline of the parent project writes the note.
#
#   CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, CI_JOB_URL   GitLab sets them
#   NOTE_TOKEN   a project access token with the role Reporter and the scope api, masked
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=ci/common.sh
source "$here/common.sh"

dir=${1:?"comment-gitlab.sh <dir> <market>..."}
shift
[[ $# -gt 0 ]] || refuse "no market" "one at least" "name the markets that were previewed"
need CI_API_V4_URL CI_PROJECT_ID CI_MERGE_REQUEST_IID CI_JOB_URL
[[ "$CI_PROJECT_ID" =~ ^[0-9]+$ && "$CI_MERGE_REQUEST_IID" =~ ^[0-9]+$ ]] || refuse "project $CI_PROJECT_ID, merge request $CI_MERGE_REQUEST_IID" "digits" "run this in a merge request's pipeline"
if [[ -z "${NOTE_TOKEN:-}" ]]; then
  echo "no NOTE_TOKEN, as in a fork: the report is in this pipeline's artifacts, and no note is written"
  exit 0
fi

config=$(mktemp)
body=$(mktemp)
trap 'rm -f "$config" "$body" "$body.json"' EXIT
printf 'header = "PRIVATE-TOKEN: %s"\n' "$NOTE_TOKEN" > "$config" # arguments are seen by every process
notes="$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"
api() { curl --config "$config" --silent --show-error --fail --retry 3 --max-time 60 --header 'Content-Type: application/json' "$@"; }

me=$(api "$CI_API_V4_URL/user" | jq -r .id)
for market in "$@"; do
  market_name "$market"
  "$here/body.sh" "$market" "$dir/$market/report.md" "$CI_JOB_URL" > "$body"
  jq -Rs '{body: .}' < "$body" > "$body.json"
  existing=""
  for ((page = 1; page <= 50; page++)); do
    list=$(api "$notes?sort=asc&per_page=100&page=$page")
    existing=$(jq -r --arg marker "$(marker "$market")" --argjson me "$me" 'map(select(.author.id == $me and (.body | startswith($marker)))) | first | .id // empty' <<< "$list")
    [[ -z "$existing" && "$(jq length <<< "$list")" -eq 100 ]] || break
  done
  if [[ -n "$existing" ]]; then
    api --request PUT --data "@$body.json" "$notes/$existing" > /dev/null
    echo "updated note $existing for market $market"
  else
    api --request POST --data "@$body.json" "$notes" > /dev/null
    echo "wrote a note for market $market"
  fi
done
