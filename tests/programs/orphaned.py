"""Kills the shell at a moment that its arguments name, checks that every patch is undone, and runs to its end.

Arguments: how many functions there are, how many of them must be patched first, and how many must be patched then.
It may be killed by another process instead.
"""

import atexit
import os
import signal
import sys
import time

count, rising, falling = map(int, sys.argv[1:])
exec("".join(f"def function_{number}(): return {number}\n" for number in range(count)))
functions = [globals()[f"function_{number}"] for number in range(count)]
originals = [function.__code__ for function in functions]
shell = os.getppid()


def patched() -> int:
    return sum(
        function.__code__ is not original
        for function, original in zip(functions, originals, strict=True)
    )


def call_all() -> None:
    if [function() for function in functions] != list(range(count)):
        print("wrong results", flush=True)


atexit.register(print, "atexit ran", flush=True)
print("ready", flush=True)
if rising:
    while patched() < rising:
        call_all()
    while patched() > falling:
        call_all()
    os.kill(shell, signal.SIGKILL)
while os.getppid() == shell:
    call_all()
killed = time.monotonic()
most = now = patched()
while now and time.monotonic() < killed + 30:
    call_all()
    now = patched()
    most = max(most, now)
print(f"after {time.monotonic() - killed:.3f} s, at most {most}", flush=True)
print(now, "patched", flush=True)
sys.exit(7)
