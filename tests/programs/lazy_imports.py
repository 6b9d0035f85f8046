"""Imports modules lazily, as it can since 3.15, and calls what they hold, or not."""

import sys

lazy import lazily_module
lazy from lazily_package import early
lazy import lazily_package.inner as inner
lazy from importing_module import later


def use():
    lazily_module.function()
    early()
    inner.own()


print("imported before", "lazily_module" in sys.modules)
for _ in range(3):
    use()
print("imported then", "importing_module" in sys.modules, type(globals()["later"]).__name__)
