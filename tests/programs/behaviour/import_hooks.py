"""Patched finders, loaders and `__getattr__` of a module, at work while others import."""

import importlib
import importlib.abc
import importlib.util
import sys


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if not name.startswith("made_up_"):
            return None
        return importlib.util.spec_from_loader(name, Loader())


class Loader(importlib.abc.Loader):
    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.value = module.__name__.upper()
        if module.__name__.endswith("broken"):
            raise ImportError("broken on purpose")


def load(name):
    sys.modules.pop(name, None)
    return importlib.import_module(name).value


def __getattr__(name):
    if name == "lazy":
        return "made when asked for"
    raise AttributeError(name)


def main():
    finder = Finder()
    sys.meta_path.insert(0, finder)
    try:
        print(load("made_up_one"), load("made_up_one"))
        import made_up_two

        print(made_up_two.value, made_up_two.__spec__.loader.__class__.__name__)
        for name in ("made_up_broken", "nowhere_to_be_found"):
            try:
                load(name)
            except ImportError as error:
                print(type(error).__name__, error)
    finally:
        sys.meta_path.remove(finder)
        sys.modules.pop("made_up_two", None)
    print(sys.modules[__name__].lazy, hasattr(sys.modules[__name__], "nothing"))
