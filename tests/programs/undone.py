"""Sleeps until it is interrupted, and says which code its function has by then."""

import time


def function() -> None:
    pass


original = function.__code__
print("ready", flush=True)
try:
    time.sleep(1000)
finally:
    print("the original code is back" if function.__code__ is original else "still patched")
