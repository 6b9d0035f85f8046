"""Sends a function to another process by value, as `cloudpickle` does: its code object in parts."""

import pickle
import subprocess
import sys

from pickled_module import add_one

PARTS = (
    "argcount posonlyargcount kwonlyargcount nlocals stacksize flags code consts names varnames "
    "filename name qualname firstlineno linetable exceptiontable freevars cellvars"
).split()

RECEIVER = """
import pickle, sys, types
code = types.CodeType(*pickle.load(sys.stdin.buffer))
print(types.FunctionType(code, {})(20), file=sys.stderr)
"""

parts = pickle.dumps([getattr(add_one.__code__, f"co_{part}") for part in PARTS])
subprocess.run([sys.executable, "-c", RECEIVER], input=parts, check=True)
add_one(1)
