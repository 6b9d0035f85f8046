"""Needs a terminal, in the way that its argument names."""

import curses
import os
import subprocess
import sys
import time


def asks() -> None:
    name = input("your name? ")
    print(f"hello {name}")


def looks() -> None:
    print([os.isatty(descriptor) for descriptor in (0, 1, 2)])
    input("enter: ")


def has_child() -> None:
    script = "import os; print('child', os.getpid(), 'reads', flush=True); print(input())"
    subprocess.run([sys.executable, "-c", script], check=True)


def is_debugged() -> None:
    number = 6
    breakpoint()  # noqa: T100
    print(f"number is {number}")


def is_interrupted() -> None:
    try:
        # `input` would not notice a signal between its question and its read.
        print("waiting", flush=True)
        time.sleep(1000)
    except KeyboardInterrupt:
        print("interrupted by a key")
    input("wait again: ")


def draws(screen: curses.window) -> None:
    screen.addstr(3, 10, "drawn by curses")
    while screen.getch() == -1:
        pass


def dies(screen: curses.window) -> None:
    screen.addstr(3, 10, "drawn by curses")
    screen.getkey()
    os._exit(9)


what = globals()[sys.argv[1]]
if what in (draws, dies):
    curses.wrapper(what)
else:
    what()
