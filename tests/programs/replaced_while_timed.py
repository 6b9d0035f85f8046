"""Gives functions other code objects as soon as all are patched, calls them, and says which code they have."""

import time


def kept():
    return "kept"


def replaced():
    return "replaced"


def patched_before():
    return "patched before"


def other():
    return "other"


functions = [kept, replaced, patched_before]
originals = [function.__code__ for function in functions]
print("ready", flush=True)
while any(function.__code__ is code for function, code in zip(functions, originals)):
    time.sleep(0.001)
replaced.__code__ = patched_before.__code__ = other.__code__
print([function() for function in functions], flush=True)
