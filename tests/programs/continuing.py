"""A program at a terminal that tells when it goes on after a stop, and what is typed at last."""

import os
import select
import signal
import sys

woken, wake = os.pipe()
os.set_blocking(wake, False)
signal.signal(signal.SIGCONT, lambda number, frame: None)
# A handler of Python alone might run only after the next key.
signal.set_wakeup_fd(wake)
print("it pages", flush=True)
while woken in select.select([0, woken], [], [])[0]:
    os.read(woken, 100)
    print("it goes on", flush=True)
print(f"<{sys.stdin.readline().rstrip()}>")
