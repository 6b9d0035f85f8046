"""Patched functions that C code calls: keys, hooks, converters, comparisons."""

import bisect
import functools
import io
import itertools
import json
import operator
import re
import sys


def key(item):
    return -item


def compare(a, b):
    return (a > b) - (a < b)


def is_odd(number):
    return number % 2


def replacement(match):
    return match[0].upper()


def default(thing):
    return sorted(thing)


def hook(pairs):
    return [key for key, _ in pairs]


def failing(item):
    raise RuntimeError(f"at {item}")


class Stream(io.RawIOBase):
    def readable(self):
        return True

    def readinto(self, buffer):
        buffer[:2] = b"ab"
        return 0 if getattr(self, "done", False) else setattr(self, "done", True) or 2


def main():
    print(sorted([1, 3, 2], key=key), sorted("cab", key=functools.cmp_to_key(compare)))
    print(list(filter(is_odd, range(6))), [list(group) for _, group in itertools.groupby([1, 3, 2], is_odd)])
    print(re.sub("[a-c]", replacement, "a cab"), json.dumps({"a": {2, 1}}, default=default))
    print(json.loads('{"a": {"b": 1}}', object_pairs_hook=hook), bisect.bisect([3, 2, 1], -2, key=key))
    print(io.BufferedReader(Stream()).read(), max(range(5), key=key), list(itertools.accumulate("abc", operator.add)))
    for consume in (list, sum, sorted, tuple):
        try:
            consume(map(failing, "xy"))
        except RuntimeError as error:
            print(error)
    before, sys.displayhook = sys.displayhook, lambda value: print("shown", value)
    exec(compile("key(5)", "<shown>", "single"))
    sys.displayhook = before
