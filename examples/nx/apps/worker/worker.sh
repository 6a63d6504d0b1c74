#!/bin/sh
# Asks every service how it is, and shows the answers on a page.
#   TARGETS   addresses, separated by spaces
#   INTERVAL  seconds between two rounds
set -eu
: "${TARGETS:=http://localhost:3000/health}" "${INTERVAL:=10}" "${PORT:=8090}" "${SITE:=/srv/site}" "${WWW:=/srv/www}"

state() {
  if wget -q -T 2 -O /dev/null "$1" 2>/dev/null; then echo up; else echo down; fi
}

round() {
  rows=
  for target in $TARGETS; do
    state=$(state "$target")
    rows="$rows<tr class=$state><td>$target<td>$state"
  done
  ROWS="$rows" awk '/<!-- rows -->/ { print ENVIRON["ROWS"]; next } { print }' "$SITE/page.html" >"$WWW/.next"
  mv "$WWW/.next" "$WWW/index.html"
}

mkdir -p "$WWW"
round
[ "${1:-}" = once ] && exit
httpd -p "$PORT" -h "$WWW"
trap 'exit 0' TERM INT
while :; do
  sleep "$INTERVAL" &
  wait $!
  round
done
