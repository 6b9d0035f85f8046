"""`__del__`, weak references with callbacks, `weakref.finalize`, circles and resurrection."""

import gc
import weakref

said = []


class Finalised:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        said.append(f"{self.name} is gone")


class Revived:
    kept = []

    def __del__(self):
        self.kept.append(self)


def drop():
    local = Finalised("a local")
    return local.name


def callback(reference):
    said.append("called back")


def finalised(name):
    said.append(f"finalised {name}")


def circle():
    one, other = Finalised("one"), Finalised("other")
    one.other, other.one = other, one


def not_kept():
    item = Finalised("an item")
    reference = weakref.ref(item, callback)
    weakref.finalize(item, finalised, "an item")
    del item
    return reference()


def raising():
    held = Finalised("held by a traceback")
    raise ValueError(held.name)


def main():
    said.clear()
    Revived.kept.clear()
    print(drop(), said, not_kept(), said)
    circle()
    gc.collect()
    print(sorted(said))
    Revived()
    print(len(Revived.kept))
    try:
        raising()
    except ValueError:
        print(said[-1])
    print(said[-1])
