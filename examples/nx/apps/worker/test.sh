#!/bin/sh
# One round against an address that nobody answers: the page must say so.
set -eu
www=$(mktemp -d)
SITE="$1" WWW="$www" TARGETS=http://127.0.0.1:9/ sh "$(dirname "$0")/worker.sh" once
grep -q '<tr class=down><td>http://127.0.0.1:9/<td>down' "$www/index.html"
echo 'worker: the page shows a service that is down'
