"""A function of 10,000 lines, with a loop around most of it, and an exception near the end."""

import traceback

# Its 10,000 lines are enough for one look at each.
OBSERVERS = ["nobody", "profile", "trace"]
LINES = 10_000

_text = ["def long(rounds):", "    total = 0", "    for round in range(rounds):"]
_text += [f"        total += {number % 300}" for number in range(LINES)]
_text += ["        if round == 1: raise ValueError(total)", "    return total"]
exec(compile("\n".join(_text), "<long>", "exec"), globals())
long.__module__ = __name__  # noqa: F821


def main():
    print(long(0), long(1), long.__code__.co_firstlineno)  # noqa: F821
    try:
        long(2)  # noqa: F821
    except ValueError:
        print(traceback.format_exc())
