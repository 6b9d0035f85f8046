"""Waits in the middle."""

import sys
from pathlib import Path

print("ready", file=sys.stderr)
Path(sys.argv[1]).read_text()


def function():
    return 2
