"""Imports a module in every way there is, and calls what it has imported."""

import importlib
import importlib.util
import sys
import threading
from pathlib import Path

FILE = Path(__file__).with_name("lazily_module.py")


def by_hand(name, loader=None):
    """As the documentation of importlib says: a module from a file, and from a file when it is used."""
    spec = importlib.util.spec_from_file_location(name, FILE)
    if loader is not None:
        spec.loader = loader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def call(module, times):
    for _ in range(times):
        module.function()
        module.Class().method()
        module.Class.static()
        assert module.Class().value == 1


import lazily_module  # noqa: E402

call(lazily_module, 1)
call(by_hand("by_hand"), 2)
call(by_hand("when_used", importlib.util.LazyLoader), 3)

importing = threading.Thread(target=lambda: call(importlib.import_module("lazily_package.inner"), 4))
importing.start()
importing.join()

sys.modules["replaced"] = lazily_module
importlib.import_module("replaced")

try:
    import lazily_package.broken  # noqa: F401
except ZeroDivisionError:
    print("a broken module raises as ever", file=sys.stderr)

unlisted = importlib.util.module_from_spec(importlib.util.spec_from_file_location("unlisted", FILE))
unlisted.__spec__.loader.exec_module(unlisted)
call(unlisted, 1)

call(importlib.reload(lazily_module), 5)
