"""Functions whose names are wide on a terminal, and one that could write to it."""

import time


def 漢字の関数() -> None:
    time.sleep(0.001)


def 漢字の長い名前を持つ関数がここにあります() -> None:
    time.sleep(0.001)


globals()["red\x1b[31m\r\n"] = 漢字の関数
print("ready", flush=True)
while True:
    漢字の関数()
    漢字の長い名前を持つ関数がここにあります()
