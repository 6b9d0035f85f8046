"""A recursion ends at the very same depth, and goes on from there."""

import collections
import sys
import traceback

# An observer would need frames of its own.
OBSERVERS = ["nobody"]
ENTRIES = collections.Counter()
DEPTH = 0


def deeper():
    global DEPTH
    DEPTH += 1
    deeper()


def deeper_by_a_generator(depth):
    yield depth
    yield from deeper_by_a_generator(depth + 1)


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "_")

    def __repr__(self):
        return f"<{self!r}>"


def limited(limit):
    global DEPTH
    DEPTH = 0
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(limit)
    try:
        deeper()
    except RecursionError as error:
        print(error)
        print(len(traceback.extract_tb(error.__traceback__)))
    finally:
        sys.setrecursionlimit(before)
    ENTRIES["recursion_limit:deeper"] += DEPTH
    return DEPTH


def main():
    ENTRIES["recursion_limit:main"] += 1
    for limit in (100, 500, 500, 3000):
        print(limit, limited(limit))
        ENTRIES["recursion_limit:limited"] += 1
    deepest = 0
    try:
        for deepest in deeper_by_a_generator(1):
            pass
    except RecursionError as error:
        print(deepest, error)
    ENTRIES["recursion_limit:deeper_by_a_generator"] += deepest
    try:
        print(len(repr(Deep())))
    except RecursionError as error:
        print(error)
    try:
        Deep().name
    except RecursionError as error:
        print(str(error)[:40])
    text = traceback.format_exception(*caught())
    print(len(text), *text[-3:])


def caught():
    ENTRIES["recursion_limit:caught"] += 1
    global DEPTH
    DEPTH = 0
    try:
        deeper()
    except RecursionError:
        ENTRIES["recursion_limit:deeper"] += DEPTH
        print(DEPTH)
        return sys.exc_info()


PATCH = [
    f"recursion_limit:{name}"
    for name in ("main", "limited", "deeper", "deeper_by_a_generator", "caught")
]
