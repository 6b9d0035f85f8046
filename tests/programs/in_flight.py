"""Runs one call of `early` and, when it is told to, one of `late`, until it is told to end them."""

import sys
import threading
from pathlib import Path

told = threading.Event()


def stay() -> None:
    """Say that the caller stays at this call, until it is told to go on."""
    print(threading.current_thread().name, "runs", flush=True)
    told.wait()


def early() -> None:
    stay()


def late() -> None:
    stay()


def start(function) -> threading.Thread:
    thread = threading.Thread(target=function, name=function.__name__)
    thread.start()
    return thread


threads = [start(early)]
Path(sys.argv[1]).read_text()
threads.append(start(late))
Path(sys.argv[1]).read_text()
told.set()
for thread in threads:
    thread.join()
