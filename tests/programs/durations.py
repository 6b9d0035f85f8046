"""Calls of very different lengths, each of which reads the clock first and last, and is read around.

Writes both kinds of durations, in nanoseconds, into a file.
"""

import json
import sys
from pathlib import Path
from time import perf_counter_ns as clock

within, around = [], []


def lasts(nanoseconds):
    began = now = clock()
    while now - began < nanoseconds:
        now = clock()
    within.append(now - began)


for number in range(1000):
    before = clock()
    # From 20 µs to 5 ms, most of them short.
    lasts(20_000 + number**3 // 200)
    around.append(clock() - before)
Path(sys.argv[1]).write_text(json.dumps({"within": sorted(within), "around": sorted(around)}))
