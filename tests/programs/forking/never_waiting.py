"""Forks a hundred children that live as long as their parent, one after the other."""

import os
import time

alive, writer = os.pipe()
print("ready", flush=True)
time.sleep(0.02)
for _ in range(100):
    if os.fork() == 0:
        os.close(writer)
        os.read(alive, 1)
        os._exit(0)
    time.sleep(0.002)
print("all are there", flush=True)
try:
    time.sleep(1000)
except KeyboardInterrupt:
    pass
