#!/usr/bin/env bash
# body.sh <market> <report.md> <link>: the comment's text on standard output. The report may
# come from anybody's pull request: it is text to show, checked for being that, and cut with
# a link to the rest where a forge would refuse it. It never fails for being too long.
set -euo pipefail
# shellcheck source=ci/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

market_name "${1:-}"
market=$1
report=${2:?"body.sh <market> <report.md> <link>"}
link=${3:?"body.sh <market> <report.md> <link>"}

if [[ -L "$report" || ! -f "$report" ]]; then
  refuse "no report at $report" "a file" "look at the job that previews: it writes report.md whatever happens"
fi
size=$(wc -c < "$report")
text=$(mktemp)
trap 'rm -f "$text" "$text.cut"' EXIT

# No byte but text: a forge's page shows what is here, and a NUL would end a variable.
head -c "$REPORT_LIMIT" "$report" | LC_ALL=C tr -d '\000-\010\013-\037\177' | iconv -c -f UTF-8 -t UTF-8 > "$text" || true
if [[ "$(LC_ALL=C tr -d '\011\012\015' < "$report" | head -c "$REPORT_LIMIT" | LC_ALL=C tr -dc '\000-\010\013-\037\177' | wc -c)" -gt 0 ]]; then
  refuse "a report that is not text" "UTF-8 text" "look at the pull request: pitboss writes no control characters"
fi

# Nobody is called by a report, and no other market's comment is claimed by one.
sed -i -e '/^<!-- pitboss-preview:[a-z0-9-]* -->$/d' -e 's/@/@\xe2\x80\x8b/g' -e 's/<!--/\&lt;!--/g' "$text"

marker "$market"
printf '\n'
room=$((COMMENT_LIMIT - 600))
if [[ "$size" -le "$REPORT_LIMIT" && "$(wc -c < "$text")" -le "$room" ]]; then
  cat "$text"
else
  # Cut at a line's end and a character's; a table or a list that is open ends there.
  head -c "$room" "$text" | iconv -c -f UTF-8 -t UTF-8 > "$text.cut" || true
  if [[ "$(wc -l < "$text.cut")" -gt 0 ]]; then sed -i '$d' "$text.cut"; fi
  cat "$text.cut"
  if (($(grep -c '^```' "$text.cut" || true) % 2)); then printf '```\n'; fi
  opened=$(grep -o '<details' "$text.cut" | wc -l || true)
  closed=$(grep -o '</details>' "$text.cut" | wc -l || true)
  for ((; opened > closed; opened--)); do printf '</details>\n'; done
  printf '\n**Cut here: the report has %s bytes.** ' "$size"
fi
printf '\n[The whole report](%s)\n' "$link"
