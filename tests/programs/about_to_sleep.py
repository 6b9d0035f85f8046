"""Looks at its signals in C, where another thread gets the interpreter meanwhile, and goes to sleep."""

import re
import time

try:
    print("about to sleep", flush=True)
    re.match(r"(a+)+$", "a" * 23 + "b")
    time.sleep(1000)
except KeyboardInterrupt:
    print("interrupted", flush=True)
