"""Tracebacks of all kinds."""

#: arguments chained
#: arguments grouped
#: arguments noted
#: arguments recursive
#: arguments deep
#: arguments from_none
#: arguments unprintable
#: arguments generator
#: arguments misspelt
#: arguments compiled

import sys


def chained():
    try:
        {}["absent"]
    except KeyError as error:
        raise ValueError("grün\nin two lines") from error


def grouped():
    raise ExceptionGroup("several", [ValueError(1), ExceptionGroup("inner", [TypeError("2")])])


def noted():
    error = RuntimeError("with notes")
    error.add_note("a note\nof two lines")
    raise error


def recursive(depth=0):
    return recursive(depth + 1) + 1


def deep(depth=30):
    return deep(depth - 1) if depth else [1, 2, 3][
        "no index"
    ]


def from_none():
    try:
        raise KeyError("hidden")
    except KeyError:
        raise ValueError("seen") from None


class Unprintable(Exception):
    """Cannot be shown."""

    def __str__(self):
        raise ValueError


def unprintable():
    raise Unprintable


def generator():
    def numbers():
        yield 1
        raise StopIteration

    list(numbers())


def misspelt():
    sys.stdotu


def compiled():
    exec(compile("def f():\n    return 1 / 0\nf()", "<nowhere>", "exec"))


print("not flushed yet")
print("a line of stderr", file=sys.stderr)
globals()[sys.argv[1]]()
