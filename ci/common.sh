# shellcheck shell=bash
# What the workflows' scripts share. Sourced, not run.

# The longest comment that both forges take is GitHub's, 65,536 characters. Bytes are
# counted here, of which there are never fewer.
COMMENT_LIMIT=${COMMENT_LIMIT:-65000}
# An artifact of somebody's pull request may be anything: this is the most that is looked at.
REPORT_LIMIT=${REPORT_LIMIT:-1048576}

# refuse says what was found, what is allowed and what to do, and ends the script.
refuse() {
  printf '%s: found %s\n    allowed: %s\n    next: %s\n' "${0##*/}" "$1" "$2" "$3" >&2
  exit 2
}

# need refuses an environment variable that is not set.
need() {
  local name
  for name in "$@"; do
    [[ -n "${!name:-}" ]] || refuse "no $name" "a value in the environment" "set it in the workflow, or run what the workflow runs before"
  done
}

# market_name refuses what cannot be a market: it becomes part of paths and of the marker.
market_name() {
  [[ "${1:-}" =~ ^[a-z0-9][a-z0-9-]{0,62}$ ]] || refuse "the market \"${1:-}\"" "lower-case letters, digits and hyphens" "name a file of stacks/markets, without .yaml"
}

# marker is how a comment of ours is found again.
marker() { printf '<!-- pitboss-preview:%s -->' "$1"; }
