"""Is not there before its module is."""

from . import inner  # noqa: F401


def function():
    return 1
