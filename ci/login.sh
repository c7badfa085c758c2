#!/usr/bin/env bash
# login.sh <seconds> <command>...: runs a command as the role of this job's environment. The
# forge signs a token for this one job, AWS gives a session for it, and only the command has
# that: nothing is written down, and no later step of the job is given it.
#
#   ROLE_ARN     the role, from the foundation's output "delivery"
#   AWS_REGION   where to ask: a region of the market
#   ID_TOKEN     GitLab's token; on GitHub it is asked for
set -euo pipefail
# shellcheck source=ci/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

seconds=${1:?"login.sh <seconds> <command>..."}
shift
[[ $# -gt 0 ]] || refuse "no command" "one" "name what to run as the role"
[[ "$seconds" =~ ^[0-9]{3,5}$ ]] || refuse "$seconds seconds" "900 to 43200, at most the role's own limit" "see components/delivery"
need ROLE_ARN AWS_REGION
[[ "$ROLE_ARN" =~ ^arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$ ]] || refuse "the role \"$ROLE_ARN\"" "the ARN of a role" "copy it from the output delivery of the foundation stack"
[[ "$AWS_REGION" =~ ^[a-z]{2}(-[a-z]+)+-[0-9]$ ]] || refuse "the region \"$AWS_REGION\"" "a region's name" "set AWS_REGION to the market's home"

ask=$(mktemp)
trap 'rm -f "$ask"' EXIT
token=${ID_TOKEN:-}
if [[ -z "$token" ]]; then
  need ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN
  printf 'header = "Authorization: bearer %s"\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" > "$ask"
  token=$(curl --config "$ask" --silent --show-error --fail --retry 3 --max-time 60 "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" | jq -r '.value // empty')
fi
[[ "$token" =~ ^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$ ]] || refuse "no token from the forge" "one for the audience sts.amazonaws.com" "give the job id-token: write (GitHub) or id_tokens (GitLab)"

printf 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&DurationSeconds=%s&RoleSessionName=pitboss-ci&RoleArn=%s&WebIdentityToken=%s' \
  "$seconds" "$(jq -rn --arg v "$ROLE_ARN" '$v | @uri')" "$token" > "$ask"
answer=$(curl --silent --show-error --retry 3 --max-time 60 --header 'Accept: application/json' --data "@$ask" "https://sts.$AWS_REGION.amazonaws.com/")
rm -f "$ask"
credentials=$(jq -r '.AssumeRoleWithWebIdentityResponse.AssumeRoleWithWebIdentityResult.Credentials // empty | .AccessKeyId, .SecretAccessKey, .SessionToken' <<< "$answer" || true)
if [[ "$(wc -l <<< "$credentials")" -ne 3 ]]; then
  refuse "$(jq -r '.Error.Message // "no answer"' <<< "$answer" 2> /dev/null || echo 'no answer') from AWS for $ROLE_ARN" \
    "a job of the environment, or the branch, that the role trusts" "compare the job's environment with the trust policy of the role"
fi
{
  read -r AWS_ACCESS_KEY_ID
  read -r AWS_SECRET_ACCESS_KEY
  read -r AWS_SESSION_TOKEN
} <<< "$credentials"
if [[ -n "${GITHUB_ACTIONS:-}" ]]; then
  printf '::add-mask::%s\n' "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN"
fi
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
unset ID_TOKEN ACTIONS_ID_TOKEN_REQUEST_TOKEN ACTIONS_ID_TOKEN_REQUEST_URL token answer credentials
exec "$@"
