"""A loop whose target is the first instruction: one hit a call, however often it loops."""

import itertools


def forever():
    while True:
        if next(numbers) > 5:
            return "out"


def with_a_try():
    while True:
        try:
            return [1, 2][next(numbers)]
        except IndexError:
            pass


def reversed_order():
    while True:
        try:
            if next(numbers) < 4:
                continue
            return "done"
        finally:
            pass


def in_a_generator():
    while True:
        yield next(numbers)


def on_one_line():
    while next(numbers) < 3: pass  # noqa: E701


def nested():
    while True:
        while True:
            if next(numbers) % 3:
                break
        if next(numbers) > 7:
            break


async def in_a_coroutine():
    while True:
        if next(numbers) > 3:
            return "awaited"


def _closure():
    free = itertools.repeat(1)

    def closure():
        while True:
            if next(free) and next(numbers) > 3:
                return free

    return closure


closure = _closure()


def main():
    global numbers
    for function in (forever, reversed_order, on_one_line, nested, closure):
        numbers = itertools.count()
        print(str(function())[:4], next(numbers))
    numbers = itertools.chain(range(5, 9), (0, 1))
    print(with_a_try())
    numbers = itertools.count()
    print(list(itertools.islice(in_a_generator(), 4)))
    try:
        in_a_coroutine().send(None)
    except StopIteration as error:
        print(error.value)
