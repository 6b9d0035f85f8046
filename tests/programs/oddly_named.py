"""Holds callables under names that no source could give them, and stays if it is told so."""

import sys
import threading


def function():
    return 1


def other():
    return 2


def decorated():
    def inner():
        return 3

    return inner


class Class:
    def method(self):
        return 4


NAMES = ["it's", 'a "b" c', "[x]", "*", "#1; ls", "$HOME ${HOME}", "a|b", "line\nbreak", "red\x1b[31mred", "turned\u202eround", "with:colon", "-dashed", "é"]
for name in NAMES:
    exec(f"def made(): return {name!r}")
    globals()[name] = made  # noqa: F821
    setattr(Class, name, lambda self: 5)

if "stays" in sys.argv:
    threading.Event().wait()
