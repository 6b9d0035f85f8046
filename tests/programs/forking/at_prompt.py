"""Forks a child when `fork` is in the folder of its argument. The child lives until `end` is there, or
the folder is gone; then it tells through a pipe in the folder how it can write."""

import os
import sys
import time
from pathlib import Path

folder = Path(sys.argv[1])


def wait_for(name):
    while folder.exists() and not (folder / name).exists():
        time.sleep(0.001)


wait_for("fork")
if os.fork() == 0:
    print("the child is there", flush=True)
    wait_for("end")
    try:
        print("x" * 1_000_000, flush=True)
    except OSError as error:
        (folder / "go").write_text(error.strerror)
    os._exit(0)
wait_for("end")
