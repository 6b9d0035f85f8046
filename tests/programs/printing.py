"""Prints what the files in the folder of its argument ask for, until `end` is there."""

import sys
import time
from pathlib import Path

folder = Path(sys.argv[1])


def say(text: str, end: str = "\n") -> None:
    print(text, end=end, flush=True)


print("ready", flush=True)
number = 0
unfinished = flood = False
while not (folder / "end").exists():
    if (folder / "start").exists():
        say(f"line {number}")
        number += 1
    if (folder / "unfinished").exists() and not unfinished:
        unfinished = True
        say("without an end", end="")
    if (folder / "flood").exists() and not flood:
        flood = True
        for turn in range(10_000):
            say(f"flood {turn}")
    time.sleep(0.001)
say("last line")
