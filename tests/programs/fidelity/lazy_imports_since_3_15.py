#: as script module zip
"""What is imported lazily, when it is, and what that says when it fails."""

import sys

lazy import neighbour
lazy import colorsys
lazy from wsgiref.util import guess_scheme
lazy import no_such_module

import wsgiref.headers


def kinds():
    return {name: type(it).__name__ for name, it in globals().items() if not name.startswith("__")}


def use():
    return colorsys.rgb_to_hsv(1, 0.5, 0), guess_scheme({})


def fail():
    return no_such_module.attribute


print(sys.get_lazy_imports(), sys.get_lazy_imports_filter(), kinds())
print([name for name in ("colorsys", "wsgiref", "wsgiref.util") if name in sys.modules])
print(use(), kinds(), wsgiref.headers.__name__)
print(neighbour.__name__, sorted(vars()))
fail()
