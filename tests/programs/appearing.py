"""Defines and imports step by step, each when it is told to by the pipe in its argument."""

import sys


def wait_for_word(step):
    print("at", step, file=sys.stderr)
    with open(sys.argv[1]) as pipe:
        pipe.read()


def early():
    pass


wait_for_word("first")

import lazily_module  # noqa: E402


def late():
    pass


class Late:
    def method(self):
        pass


wait_for_word("second")

for _ in range(3):
    early()
    late()
    Late().method()
    lazily_module.function()
