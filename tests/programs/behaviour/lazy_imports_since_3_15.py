"""Modules that are imported when a patched function first uses their names."""

import sys

LAZY = """
lazy import colorsys
lazy import wsgiref.util as util
lazy from wsgiref.types import WSGIApplication as Application
lazy import no_such_module
lazy from colorsys import no_such_name
"""
MODULES = ["colorsys", "wsgiref", "wsgiref.util", "wsgiref.types"]


def loaded():
    return [name for name in MODULES if name in sys.modules]


def kinds():
    names = ("colorsys", "util", "Application", "no_such_module", "no_such_name")
    return [type(globals()[name]).__name__ for name in names]


def forget():
    for name in MODULES:
        sys.modules.pop(name, None)


def module():
    return colorsys.rgb_to_hsv(1, 0.5, 0)


def generator():
    yield util.guess_scheme({})
    yield Application.__name__


class Class:
    def method(self, missing):
        try:
            return no_such_module if missing else no_such_name
        except ImportError as error:
            return type(error).__name__, str(error), error.name

    @property
    def name(self):
        return Application.__name__


def main():
    forget()
    exec(LAZY, globals())
    print(loaded(), kinds())
    print(module(), loaded(), module(), kinds())
    print(list(generator()), Class().name, loaded())
    print([Class().method(missing) for missing in (True, False, True)], kinds())
    forget()
