"""When the file `work` is there, calls `work` five times; when `end` is, takes its process down in the way that its
second argument names. The next life waits for new files."""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path

folder, way = Path(sys.argv[1]), sys.argv[2]


def work():
    return 1


def unpatched():
    return 2


def wait_for(word):
    while not (folder / word).exists():
        time.sleep(0.001)
    (folder / word).unlink()


print("ready", flush=True)
wait_for("work")
for _ in range(5):
    work()
print("worked", flush=True)
wait_for("end")
match way:
    case "aborts":
        os.abort()
    case "exits":
        os._exit(7)
    case "is_killed":
        os.kill(os.getpid(), signal.SIGKILL)
    case "becomes_another":
        os.execvp("sleep", ["sleep", "1000"])
    case "holds_the_gil":
        (folder / "process").write_text(str(os.getpid()))
        print("holding", flush=True)
        ctypes.PyDLL(None).pause()
