"""Forgets a module that it has imported, and looks whether what its functions hold is gone then."""

import gc
import sys
import weakref

import lazily_module

function = weakref.ref(lazily_module.function)
lazily_module.held = lazily_module.Class()
held = weakref.ref(lazily_module.held)
lazily_module.function()
del sys.modules["lazily_module"], lazily_module
gc.collect()
for what, reference in {"the function": function, "what its module holds": held}.items():
    print(what, "is gone" if reference() is None else "is kept", file=sys.stderr)
