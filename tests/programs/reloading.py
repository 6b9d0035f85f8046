"""Reloads a module when a file to read from says so, and calls the functions of before and of now."""

import importlib
import sys
from pathlib import Path

import reloaded_module

old = reloaded_module.function
print("ready", flush=True)
Path(sys.argv[1]).read_text()
old()
importlib.reload(reloaded_module)
print("reloaded", flush=True)
Path(sys.argv[1]).read_text()
old()
for _ in range(10):
    reloaded_module.function()
