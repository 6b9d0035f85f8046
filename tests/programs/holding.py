"""Holds the interpreter for a while when the file `hold` appears in the folder of its argument."""

import ctypes
import sys
import time
from pathlib import Path


def held_function():
    pass


def wait_for_word():
    while not (Path(sys.argv[1]) / "hold").exists():
        time.sleep(0.001)


print("ready", flush=True)
wait_for_word()
print("holding", flush=True)
# Unlike a `CDLL`, it does not let go of the interpreter while it runs C code.
ctypes.PyDLL(None).sleep(5)
print("held", flush=True)
