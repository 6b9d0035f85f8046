#: as script link compiled module package folder zip
"""Annotations of the script itself, which are there while it runs, and of what it defines."""

import sys
from annotationlib import Format, get_annotations

early: int = 1
if early:
    sometimes: Later = 2


def function(a: Later) -> Never: ...


class Class:
    attribute: Later
    other: Class


def tell():
    print(sorted(vars(sys.modules[__name__])))
    for owner in (sys.modules[__name__], function, Class):
        print(get_annotations(owner, format=Format.STRING))
        print(list(get_annotations(owner, format=Format.FORWARDREF)))


tell()
Later = int
late: str = "late"
tell()
print(Class.__annotations__, Class.__annotate__.__qualname__, __annotate__.__module__)
print(sys.modules[__name__].__annotations__)
print(function.__annotations__)
