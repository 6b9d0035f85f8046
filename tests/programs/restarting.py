"""Imports a module, calls what can be patched in it three times, and adds to other modules."""

import json
import os

import restarting_module

for _ in range(3):
    restarting_module.function()
    restarting_module.Class().method()
    json.loads("[1]")
os.made = json.made = lambda: None
