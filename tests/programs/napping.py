"""Naps in itself and in two forked children, of which one has ended by then; naps once more when told to.

The argument is a pipe: it naps again when somebody writes to it, and ends the second time.
"""

import os
import sys
import time
from pathlib import Path


def nap(seconds):
    time.sleep(seconds)


def fail(seconds):
    time.sleep(seconds)
    raise ValueError("awake")


def never():
    pass


def nap_in_child():
    for _ in range(4):
        try:
            fail(0.004)
        except ValueError:
            pass
        nap(0.001)


pipe = Path(sys.argv[1])
for _ in range(3):
    nap(0.002)
if os.fork() == 0:
    nap_in_child()
    os._exit(0)
os.wait()
over, keeps_open = os.pipe()
ready, says_ready = os.pipe()
if os.fork() == 0:
    os.close(keeps_open)
    nap_in_child()
    os.write(says_ready, b".")
    os.read(over, 1)
    os._exit(0)
os.read(ready, 1)
print("ready", file=sys.stderr, flush=True)
pipe.read_text()
nap(0.005)
try:
    fail(0.001)
except ValueError:
    pass
print("again", file=sys.stderr, flush=True)
pipe.read_text()
os.close(keeps_open)
os.wait()
