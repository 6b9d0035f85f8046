"""A package whose modules import each other in a circle."""

from . import inner


def of_package():
    return inner
