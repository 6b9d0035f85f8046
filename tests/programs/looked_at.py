"""Says which modules were imported while somebody looked at it."""

import sys

before = set(sys.modules)
print("ready", flush=True)
with open(sys.argv[1]) as pipe:
    pipe.read()
print("imported:", sorted(set(sys.modules) - before), flush=True)
