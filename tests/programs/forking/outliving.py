"""Leaves a child behind: a daemon with streams of its own, or with nothing of its parent's, or a child
that has the same streams.

The child waits for a word from a pipe, calls a function, and tells through another one how that went.
"""

import os
import sys
from pathlib import Path


def function():
    return 1


def become_daemon():
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)


what, pipe, report = sys.argv[1], *map(Path, sys.argv[2:])
print("ready", flush=True)
pipe.read_text()
if os.fork() == 0:
    print("forked", flush=True)
    if "daemon" in what:
        become_daemon()
    if what == "thorough daemon":
        os.closerange(3, 1024)
    pipe.read_text()
    calls = sum(function() for _ in range(100))
    print("from the child", flush=True)
    report.write_text(f"{calls}")
    os._exit(0)
function()
