"""A package whose modules import each other in a circle."""


def early():
    return "called by the package's own modules, before its import has finished"


from . import inner  # noqa: E402


def of_package():
    return inner
