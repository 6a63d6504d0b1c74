#!/bin/sh
# Puts the style into the page, and makes the empty folder that the worker writes to.
set -eu
mkdir -p out www
STYLE="<style>$(cat site/style.css)</style>" \
  awk '/<!-- style -->/ { print ENVIRON["STYLE"]; next } { print }' site/page.html >out/page.html
