#!/usr/bin/env bash
# Measures with each CPython that is named (3.11 to 3.13, with a shared libpython), and draws the plot:
#     benches/every_version.sh python3.11 python3.12 python3.13
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || { sed -n 's/^# *//p' "$0" | tail -n +2; exit 2; }
for python in "$@"; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    PYO3_PYTHON=$(command -v "$python") CARGO_TARGET_DIR=target/python-$version cargo bench
done
python3 benches/plot.py
