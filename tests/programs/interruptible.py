"""Counts its interrupts until there were as many as its argument says, each in another state."""

import signal
import sys
import threading
import time

if len(sys.argv) > 2:
    signal.signal(signal.SIGINT, getattr(signal, sys.argv[2]))

states = [
    lambda: time.sleep(1000),
    lambda: [None for _ in iter(int, 1)],
    threading.Lock().acquire,
]
taken = 0
lock = states[2]
lock()
while taken < int(sys.argv[1]):
    try:
        print(f"ready for number {taken}", flush=True)
        states[taken % len(states)]()
    except KeyboardInterrupt:
        taken += 1
print(f"{taken} taken", flush=True)
