#!/usr/bin/env bash
# drift.sh <market> <dir>: compares the cloud with the states, and fails where they differ.
# What could not be told fails too: a check that cannot look has not found nothing.
set -euo pipefail
# shellcheck source=ci/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

market_name "${1:-}"
dir=${2:?"drift.sh <market> <dir>"}
mkdir -p "$dir"
code=0
pitboss preview "$1" --refresh --report "$dir" || code=$?
case $code in
  0) echo "no drift in market $1" ;;
  5 | 7) echo "market $1 is not what the program says: see the report" >&2 && exit "$code" ;;
  *) echo "could not tell whether market $1 has drifted (pitboss ended with $code)" >&2 && exit "$code" ;;
esac
