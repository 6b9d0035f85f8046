"""Writes a line to each of its streams."""

import sys

print("out")
print("err", file=sys.stderr)
