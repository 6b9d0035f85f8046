"""Imports a module that has put an object in its place."""

import object_module

for _ in range(3):
    object_module.function()
    object_module.method()
