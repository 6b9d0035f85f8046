"""Imports its package, which is still being imported."""

import importlib

from lazily_module import Class, function  # noqa: F401

lazily_package = importlib.import_module("lazily_package")
lazily_package.early()


def own():
    return lazily_package
