"""Raises through a `with` block, which shortens the traceback that the exception carries."""

import contextlib


def fail() -> None:
    with contextlib.nullcontext():
        raise ValueError("on purpose")


fail()
