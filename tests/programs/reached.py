"""Calls a function until a tool from outside reaches in and ends it; then says how often it did."""

import os

calls = 0
goes_on = True


def tick():
    global calls
    calls += 1


print("pid", os.getpid(), flush=True)
while goes_on:
    tick()
print("calls", calls, flush=True)
