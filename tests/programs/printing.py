"""Prints what the files in the folder of its argument ask for, until `end` is there."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

folder = Path(sys.argv[1])


def say(text: str, end: str = "\n") -> None:
    print(text, end=end, flush=True)


def unfinished() -> None:
    say("without an end", end="")


def goes_on() -> None:
    say(", but it goes on", end="")


def flood() -> None:
    for turn in range(10_000):
        say(f"flood {turn}")


def many() -> None:
    for turn in range(200_000):
        print(f"one of many {turn}")
    say("no more of them")


def progress() -> None:
    for share in range(100):
        say(f"\rdone: {share} %", end="")
        time.sleep(0.001)


def complete() -> None:
    say("\rdone: 100 %")


def hostile() -> None:
    say("\x1b[2J\x1b[Hup\x1b[31m, red\x1b[1000D\x08, and on")


def ways() -> None:
    terminals = [os.isatty(descriptor) for descriptor in (0, 1, 2)]
    say(f"stdin, stdout, stderr are terminals: {terminals}")
    print("from stderr", file=sys.stderr)
    os.write(1, b"from C\n")
    subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)


def long() -> None:
    for before in ("", "x", "xx"):
        say(before + 50_000 * "€")
    say("behind the long lines")


def narrow() -> None:
    signal.signal(signal.SIGWINCH, lambda *_: None)
    say("waits for 50 columns")
    while os.get_terminal_size().columns != 50:
        time.sleep(0.001)
    say("there are 50 columns")


print("ready", flush=True)
number = 0
todo = [unfinished, goes_on, flood, many, progress, complete, hostile, ways, long, narrow]
while not (folder / "end").exists():
    if (folder / "start").exists():
        say(f"line {number}")
        number += 1
    for what in list(todo):
        if (folder / what.__name__).exists():
            todo.remove(what)
            what()
    time.sleep(0.0005)
say("last line")
