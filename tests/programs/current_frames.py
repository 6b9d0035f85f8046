"""Exchanges what tells the running calls, and waits in a call that has begun before."""

import sys
import threading
from pathlib import Path


def waiting() -> None:
    print("waiting", flush=True)
    Path(sys.argv[1]).read_text()


sys._current_frames = threading._active = None
waiting()
