"""Suspends more and more generators when the system gives no more memory, though Python has some left."""

import resource
import sys
from pathlib import Path

NUMBER = 50_000


def generates():
    yield


# Python's own allocator keeps what these leave for objects of the size of a generator.
size = sys.getsizeof(generates()) - sys.getsizeof(b"")
small = [bytes(size) for _ in range(NUMBER)]
generators, blocks = [None] * NUMBER, [None] * NUMBER
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + (32 << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
place = 0
for block in (1 << 20, 1 << 16, 1 << 12, 600):
    try:
        while True:
            blocks[place] = bytes(block)
            place += 1
    except MemoryError:
        pass
# Some of each of its pools are kept: what it gives back, others could have.
for place in range(NUMBER):
    if place % 50:
        small[place] = None
try:
    for place in range(NUMBER):
        generators[place] = generates()
        next(generators[place])
except MemoryError:
    pass
small = blocks = generators = None
