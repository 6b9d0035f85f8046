"""Callables of one name in several places, and one whose name is almost that of a command."""

import threading  # has a function that a pattern matches as well: noqa: F401


def settle_all() -> None:
    """One alone."""


def wach() -> None:
    """Nearly `watch`."""


class First:
    def settle(self) -> None: ...


class Second:
    def settle(self) -> None: ...

    class Inner:
        def settle(self) -> None: ...


class Third:
    again = First.settle

    def settle(self) -> None: ...
