#!/usr/bin/env bash
# comment-github.sh <dir> <market>...: keeps one comment a market up to date on the pull
# request of a finished run. It runs with the right to write comments, so it takes nothing
# from the run's artifact on trust: the pull request is found by the commit that the run was
# for, as GitHub says it, and the number in the artifact must be the same.
#
#   GH_TOKEN, REPOSITORY, HEAD_SHA, HEAD_REPOSITORY, HEAD_BRANCH, RUN_ID   from the event
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=ci/common.sh
source "$here/common.sh"

dir=${1:?"comment-github.sh <dir> <market>..."}
shift
[[ $# -gt 0 ]] || refuse "no market" "one at least" "name the markets that the run previewed"
need GH_TOKEN REPOSITORY HEAD_SHA HEAD_REPOSITORY HEAD_BRANCH RUN_ID
[[ "$REPOSITORY" =~ ^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$ ]] || refuse "the repository \"$REPOSITORY\"" "owner/name" "pass github.repository"
[[ "$HEAD_SHA" =~ ^[0-9a-f]{40}$ ]] || refuse "the commit \"$HEAD_SHA\"" "40 hexadecimal digits" "pass the event's head_sha"
[[ "$RUN_ID" =~ ^[0-9]{1,20}$ ]] || refuse "the run \"$RUN_ID\"" "digits" "pass the event's run id"

claimed=$(head -c 32 "$dir/number" 2> /dev/null | tr -d '\n' || true)
[[ "$claimed" =~ ^[1-9][0-9]{0,9}$ ]] || refuse "a pull request number that is none in the artifact" "digits" "run the preview again"

# A fork's commit is in no list of the run's own: ask for the pull requests of its branch.
owner=${HEAD_REPOSITORY%%/*}
query=$(jq -rn --arg head "$owner:$HEAD_BRANCH" '$head | @uri')
found=$(gh api "repos/$REPOSITORY/pulls?state=open&per_page=100&head=$query" |
  jq -r --arg sha "$HEAD_SHA" '.[] | select(.head.sha == $sha) | .number')
if ! grep -qxF "$claimed" <<< "$found"; then
  echo "no open pull request $claimed has commit $HEAD_SHA as its last: nothing to say (a newer run will)"
  exit 0
fi

body=$(mktemp)
trap 'rm -f "$body" "$body.json"' EXIT
for market in "$@"; do
  market_name "$market"
  "$here/body.sh" "$market" "$dir/$market/report.md" "https://github.com/$REPOSITORY/actions/runs/$RUN_ID" > "$body"
  jq -Rs '{body: .}' < "$body" > "$body.json"
  # Ours alone: whoever writes the marker into a comment of their own keeps that comment.
  existing=$(gh api --paginate "repos/$REPOSITORY/issues/$claimed/comments?per_page=100" |
    jq -rs --arg marker "$(marker "$market")" 'flatten | map(select(.user.login == "github-actions[bot]" and (.body | startswith($marker)))) | first | .id // empty')
  if [[ -n "$existing" ]]; then
    gh api --method PATCH "repos/$REPOSITORY/issues/comments/$existing" --input "$body.json" > /dev/null
    echo "updated comment $existing for market $market"
  else
    gh api --method POST "repos/$REPOSITORY/issues/$claimed/comments" --input "$body.json" > /dev/null
    echo "commented for market $market"
  fi
done
