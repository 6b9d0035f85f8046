"""Imports its package, which is still being imported."""

import lazily_package
from lazily_module import Class, function  # noqa: F401

lazily_package.early()


def own():
    return lazily_package
