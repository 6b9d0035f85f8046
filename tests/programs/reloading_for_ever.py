"""Reloads a module again and again, as a development server does."""

import gc
import importlib

import lazily_module

for _ in range(50):
    importlib.reload(lazily_module).function()
    gc.collect()
