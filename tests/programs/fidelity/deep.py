"""The stack is as deep as Python's."""

import sys

nested = []
for _ in range(20_000):
    nested = [nested]
try:
    print(len(repr(nested)))
except RecursionError as error:
    print(error)


def depth(reached=0):
    try:
        return depth(reached + 1)
    except RecursionError:
        return reached


print(depth())
sys.setrecursionlimit(20_000)
print(depth())
