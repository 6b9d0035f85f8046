"""Generators that end in all ways, and that delegate to others."""

import contextlib
import gc
import traceback

from outcomes import outcome, steps

def case_generators():
    def count(n):
        for i in range(n):
            received = yield i
            if received:
                return received
        return "end"

    def catches(n):
        try:
            while True:
                try:
                    yield n
                except KeyError:
                    n += 1
        finally:
            n = 0

    def thrown_at_the_start(made, error):
        # Since 3.13, the frame then stands at the first instruction of its body, which may have no
        # line.
        try:
            made.throw(error)
        except Exception as found:
            lines = [line for _, line in traceback.walk_tb(found.__traceback__)]
            return repr(found), repr(found.__cause__), lines

    def on_one_line(n): yield n; yield n + 1

    def ignores_close():
        try:
            yield 1
        except GeneratorExit:
            yield 2

    def stops():
        yield 1
        raise StopIteration(5)

    def returns_at_once():
        return 3
        yield

    def tries_at_once():
        try:
            yield 1
        except ValueError:
            yield 2
        finally:
            print_nothing = 1

    def with_all(n):
        with contextlib.suppress(ValueError):
            for i in range(n):
                try:
                    yield i
                except IndexError:
                    raise ValueError
                else:
                    continue
        yield "behind"

    def clears():
        made = catches(1)
        next(made)
        frame = made.gi_frame
        return outcome(frame.clear), outcome(next, made)

    def in_a_cycle():
        made = count(3)
        next(made)
        cycle = [made]
        cycle.append(cycle)
        made = None
        del cycle
        gc.collect()

    def lines_apart(x):
        y = yield (
            x,
            x + 1,
        )
        for z in (
            yield y
        ): yield (
            z
        )

    return (
        list(count(3)),
        list(on_one_line(3)),
        steps(count(3), ("next",), ("send", "q")),
        steps(count(3), ("next",), ("throw", ValueError("v"))),
        steps(count(3), ("next",), ("close",), ("next",)),
        thrown_at_the_start(count(3), StopIteration("s")),
        thrown_at_the_start(count(3), KeyError("k")),
        steps(count(3), ("close",)),
        steps(count(3), ("send", 1)),
        steps(catches(3), ("next",), ("throw", KeyError()), ("next",), ("throw", KeyError())),
        steps(catches(3), ("next",), ("throw", KeyError()), ("close",)),
        steps(catches(3), ("next",), ("throw", IndexError("i"))),
        steps(ignores_close(), ("next",), ("close",), ("next",)),
        steps(stops(), ("next",), ("next",)),
        steps(returns_at_once(), ("next",)),
        steps(tries_at_once(), ("next",), ("throw", ValueError()), ("next",)),
        thrown_at_the_start(tries_at_once(), ValueError()),
        steps(with_all(3), ("next",), ("next",), ("throw", IndexError()), ("next",)),
        steps(with_all(2), *[("next",)] * 4),
        clears(),
        in_a_cycle(),
        steps(lines_apart(1), ("next",), ("send", 2), ("send", (3, 4)), ("next",), ("next",)),
    )


def case_delegation():
    def inner(n):
        try:
            while True:
                try:
                    n = yield n
                except KeyError as error:
                    n = error.args
                except LookupError:
                    return "inner"
        finally:
            n = None

    def outer(n):
        result = yield from inner(n)
        yield result
        return (yield from inner(result))

    def handles(n):
        while True:
            try:
                yield (yield from inner(n))
            except ValueError as error:
                yield repr(error)

    def of_iterator(n):
        yield from range(n)
        yield from (n, n)
        return [(yield from "ab"), (yield from [])]

    def of_foreign(n):
        class Foreign:
            def __iter__(self):
                return self

            def __next__(self):
                return n

            def throw(self, *_):
                raise StopIteration("thrown")

        return (yield from Foreign())

    def far(n):
        a = b = c = d = n
        value = (yield from inner(n)) if n else [a, b, c, d]
        return value, a

    def shows():
        made = outer(1)
        seen = [made.gi_yieldfrom is None]
        next(made)
        seen.append(made.gi_yieldfrom.__name__)
        return seen

    return (
        steps(outer(1), ("next",), ("send", 2), ("throw", KeyError(3)), ("throw", LookupError())),
        steps(outer(1), ("next",), ("throw", LookupError()), ("next",), ("throw", IndexError())),
        steps(outer(1), ("next",), ("throw", LookupError()), ("next",), ("close",)),
        steps(outer(1), ("next",), ("throw", ValueError("v"))),
        steps(outer(1), ("next",), ("close",)),
        steps(handles(1), ("next",), ("throw", ValueError(1)), ("next",), ("close",)),
        steps(handles(1), ("next",), ("throw", LookupError(1)), ("throw", ValueError(2))),
        steps(of_iterator(2), *[("next",)] * 7),
        steps(of_iterator(2), ("next",), ("throw", KeyError(1))),
        steps(of_foreign(2), ("next",), ("next",), ("throw", KeyError(1))),
        steps(of_foreign(2), ("next",), ("close",)),
        steps(far(2), ("next",), ("throw", LookupError())),
        shows(),
    )
