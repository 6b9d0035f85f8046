"""Tells what it finds around itself, spoils that, says so, and sleeps until it is interrupted."""

import json
import os
import re
import signal
import sys
import time
from pathlib import Path


def descriptors():
    folder = Path("/proc/self/fd")
    links = (link for link in folder.iterdir() if link.is_symlink())
    found = (re.sub(r"\d+", "N", os.readlink(link)) for link in links if link.exists())
    return sorted(found)


def dead():
    try:
        return os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None


def surroundings():
    mask = os.umask(0)
    os.umask(mask)
    signals = signal.valid_signals()
    return {
        "process": os.getpid(),
        "parent": os.getppid(),
        "arguments": sys.argv,
        "folder": os.getcwd(),
        "variables": dict(os.environ),
        "mask": mask,
        "ignored": sorted(it for it in signals if signal.getsignal(it) is signal.SIG_IGN),
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "dead": dead(),
        "alarm": signal.getitimer(signal.ITIMER_REAL)[0],
        "name": Path("/proc/self/comm").read_text(),
        "streams": [os.readlink(f"/proc/self/fd/{number}") for number in range(3)],
        "descriptors": descriptors(),
    }


def spoil():
    os.chdir("/")
    os.environ["SPOILT"] = "yes"
    del os.environ["KEPT"]
    os.umask(0o077)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    Path("/proc/self/comm").write_text("spoilt")
    child = os.posix_spawn("/bin/true", ["true"], {})
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    nothing = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2, 60, 61):
        os.dup2(nothing, number)


says = os.fdopen(os.dup(2), "w")
print(json.dumps(surroundings()), file=says, flush=True)
spoil()
print("spoilt", file=says, flush=True)
while True:
    time.sleep(1000)
