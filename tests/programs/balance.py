"""Calls every callable of the demo from eight threads, when a file to read from says so."""

import sys
import threading
from pathlib import Path

from instrumenting_app.dummy_modules import REGISTRY

ROUNDS = 200


def work() -> None:
    for _ in range(ROUNDS):
        for call in REGISTRY.values():
            call()


print("ready", flush=True)
Path(sys.argv[1]).read_text()
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
