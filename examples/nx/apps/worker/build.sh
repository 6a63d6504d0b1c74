#!/bin/sh
# Puts the style into the page, and makes the empty folder that the worker writes to.
set -eu
mkdir -p out www
awk '$0 == "@STYLE@" { while ((getline line < "site/style.css") > 0) print line; next } { print }' site/page.html >out/page.html
