"""Runs one call of `early` and, when it is told to, one of `late`, until it is told to end them."""

import sys
import threading
from pathlib import Path

started = threading.Barrier(2)
told = threading.Event()


def early() -> None:
    started.wait()
    told.wait()


def late() -> None:
    started.wait()
    told.wait()


def start(function) -> threading.Thread:
    thread = threading.Thread(target=function, name=function.__name__)
    thread.start()
    started.wait()
    print(function.__name__, "runs", flush=True)
    return thread


threads = [start(early)]
Path(sys.argv[1]).read_text()
threads.append(start(late))
Path(sys.argv[1]).read_text()
told.set()
for thread in threads:
    thread.join()
