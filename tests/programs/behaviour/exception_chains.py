"""Causes, contexts, notes, `assert`, `SystemExit`: the whole text of a traceback."""

import traceback


class Own(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code

    def __str__(self):
        return f"own {self.code}"


def first(divisor):
    return 1 / divisor


def by_context():
    try:
        first(0)
    except ZeroDivisionError:
        raise Own(1)  # noqa: B904


def by_cause():
    try:
        by_context()
    except Own as error:
        raise Own(2) from error


def without():
    try:
        first(0)
    except ZeroDivisionError:
        raise Own(3) from None


def noted():
    try:
        first(0)
    except ZeroDivisionError as error:
        error.add_note("a note")
        error.with_traceback(error.__traceback__)
        raise


def asserted(value):
    assert value, f"value is {value!r}"
    return value


def at_the_first_instruction(): raise Own("one line")  # noqa: E704


def places(a):
    return (a.b.c
            + a["x"]["y"]
            + len(a)(1))


def unbound():
    print(never)
    never = 1  # noqa: F841


def deleted():
    value = 1
    del value
    return value


def leaving():
    raise SystemExit(3)


def wrong_call():
    return first()


def main():
    attempts = [
        *(by_context, by_cause, without, noted, lambda: asserted(0), at_the_first_instruction),
        *(lambda: places(1), unbound, deleted, leaving, wrong_call, lambda: [first(n) for n in (1, 0)]),
    ]
    for attempt in attempts:
        try:
            attempt()
        except BaseException as error:
            print(traceback.format_exc())
            frames = traceback.extract_tb(error.__traceback__)
            print([(it.name, it.lineno, it.end_lineno, it.colno, it.end_colno) for it in frames])
            print([number for _, number in traceback.walk_tb(error.__traceback__)])
    print(asserted(1), first(1))
