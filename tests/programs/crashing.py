"""Ends its process in the way that its second argument names, when the file `end` is there."""

import faulthandler
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

folder, way = Path(sys.argv[1]), sys.argv[2]


def work() -> None:
    time.sleep(0.001)


# Each line by one call of the system, also where nothing is buffered.
print("ready\n", end="", flush=True)
while not (folder / "end").exists():
    work()
print("about to die\n", end="", flush=True)
match way:
    case "exits":
        os._exit(7)
    case "leaves_a_writer":
        subprocess.Popen(["sh", "-c", "while echo y; do sleep 0.01; done"])
        os._exit(7)
    case "is_killed":
        os.kill(os.getpid(), signal.SIGKILL)
    case "terminates":
        signal.raise_signal(signal.SIGTERM)
    case "crashes":
        faulthandler._sigsegv()
