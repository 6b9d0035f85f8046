"""Starts a process that sleeps, and writes its number into the folder of its argument."""

import subprocess
import sys
from pathlib import Path

with subprocess.Popen(["sleep", "1000"]) as child:
    try:
        (Path(sys.argv[1]) / "child").write_text(str(child.pid))
        print("ready", flush=True)
        child.wait()
    finally:
        child.kill()
