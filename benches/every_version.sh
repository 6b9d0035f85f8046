#!/usr/bin/env bash
# Measures with the CPythons of these versions, by default all supported ones, and draws the plot:
#     benches/every_version.sh [VERSION...]
set -euo pipefail
cd "$(dirname "$0")/.."
versions=${*:-$(.ci/get-python --versions)}
for version in $versions; do
    python=$(.ci/get-python "$version")
    PATH=${python%/*}:$PATH PYO3_PYTHON=$python CARGO_TARGET_DIR=target/python-$version cargo bench
done
python3 benches/plot.py
