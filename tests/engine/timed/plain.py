"""Functions that run to their end, and comprehensions."""

import contextlib

from outcomes import outcome

def case_constants():
    def none():
        pass

    def not_implemented():
        return NotImplemented

    def ellipsis(): return ...

    def one_line(x): return x + 1 if x else [y for y in range(3)]

    def many(x):
        if x == 0:
            return 0
        if x == 1:
            return "one"
        if x == 2:
            return ()
        return x

    return (
        none(),
        not_implemented(),
        ellipsis(),
        [one_line(x) for x in (0, 1)],
        [many(x) for x in range(5)],
        [many.__code__.co_consts == many.__code__.co_consts],
    )


def case_loops():
    def until(values):
        while values:
            values.pop()

    def from_the_start(values):
        for value in values:
            if value == 2:
                continue
            if value == 4:
                break
        else:
            return "all"
        return value

    def forever(values):
        while 1:
            values.append(1)
            if len(values) > 4:
                return values

    def nested(n):
        for a in range(n):
            for b in range(n):
                for c in range(n):
                    if a + b + c == n:
                        return a, b, c

    return (
        until([1, 2, 3]),
        from_the_start(range(6)),
        from_the_start(range(3)),
        forever([]),
        nested(3),
        nested(0),
    )


def case_exceptions():
    def divide(x):
        try:
            return 1 // x
        except TypeError as error:
            raise ValueError("no number") from error
        finally:
            x = None

    def nested(x):
        try:
            try:
                try:
                    divide(x)
                except ValueError:
                    raise KeyError(x)
                finally:
                    x = [x]
            except (ZeroDivisionError, LookupError) as error:
                return type(error).__name__, x
        finally:
            for _ in range(2):
                try:
                    continue
                finally:
                    pass

    def reraised(x):
        try:
            nested(x)
            1 / 0
        except ZeroDivisionError:
            if x:
                raise
            return "handled"

    def returns_in_finally(x):
        try:
            raise x
        except KeyError:
            return "key"
        except Exception:
            try:
                return "other"
            finally:
                str(x)

    def grouped():
        try:
            raise ExceptionGroup("all", [ValueError(1), KeyError(2), TypeError(3)])
        except* ValueError as group:
            caught = group.exceptions
        except* KeyError:
            raise
        return caught

    return [
        outcome(function, *args)
        for function, args in [
            (divide, (1,)),
            (divide, (0,)),
            (divide, ("a",)),
            (nested, (0,)),
            (nested, ("a",)),
            (nested, (1,)),
            (reraised, (0,)),
            (reraised, (3,)),
            (returns_in_finally, (KeyError(),)),
            (returns_in_finally, (ValueError(),)),
            (returns_in_finally, (3,)),
            (grouped, ()),
        ]
    ]


def case_with():
    class Swallow:
        def __init__(self, kind):
            self.kind = kind

        def __enter__(self):
            return self.kind

        def __exit__(self, kind, error, trace):
            return kind is not None and issubclass(kind, self.kind)

    def swallowed(x):
        with Swallow(KeyError) as kind, Swallow(ZeroDivisionError):
            if x == 1:
                return kind
            if x == 2:
                raise KeyError(x)
            1 // x
        return "after"

    def in_loop(x):
        for n in range(x):
            with Swallow(ValueError):
                if n == 1:
                    continue
                if n == 3:
                    break
                raise ValueError
        return n

    @contextlib.contextmanager
    def managed(x):
        try:
            yield x
        except KeyError:
            yield_nothing = x
        finally:
            x = None

    def manages(x):
        with managed(x) as y:
            if x:
                raise x
            return y

    return [
        *(outcome(swallowed, x) for x in (0, 1, 2, 3, "a")),
        outcome(in_loop, 6),
        *(outcome(manages, x) for x in (None, KeyError(1), ValueError(2))),
    ]


def case_comprehensions():
    def squares(x):
        return [a * b for a in x for b in x if a != b], {a: a for a in x}, {a for a in x}

    def shadowed(x):
        y = [x for x in x if [x for x in (x, x)]]
        return x, y

    def fails(x):
        return [1 // a for a in x]

    def lazy(x):
        return (1 // a for a in x if a is not None)

    def dropped(x):
        made = (a for a in x)
        return next(made)

    def never_started(x):
        (a for a in x)
        return lazy(x) is not None

    def of_outer(x):
        return sum(x * a for a in range(x))

    return [
        squares((1, 2)),
        shadowed((1, 2)),
        outcome(fails, (1, 0)),
        list(lazy((1, None, 2))),
        outcome(lambda: list(lazy((1, 0)))),
        outcome(lambda: lazy(3)),
        dropped((1, 2)),
        never_started((1, 2)),
        of_outer(4),
    ]


def case_recursion():
    def factorial(n):
        return 1 if n < 2 else n * factorial(n - 1)

    def deep(n):
        if n == 0:
            raise LookupError
        deep(n - 1)

    def tree(n):
        if n:
            yield from tree(n - 1)
            yield n
            yield from tree(n - 1)

    return factorial(10), outcome(deep, 5), list(tree(4))


def case_match():
    def match(x):
        match x:
            case 0:
                return "zero"
            case [a, *_, b] if a != b:
                return a, b
            case {"key": value, **rest}:
                return value, rest
            case str(text) | bytes(text):
                return text
            case complex(real=real, imag=imag):
                return real, imag
            case _:
                return NotImplemented

    return [match(x) for x in (0, [1, 2, 3], [1, 1], {"key": 1, 2: 3}, "a", b"b", 1j, None)]


def case_deep_stacks():
    def arguments(f):
        return f(1, f(2, f(3, f(4, [5, *(6, 7), f(8, k=f(9))]), a=1), *[1, f(2)]), **{"x": f(3)})

    def kept(f):
        return [(f(1), f(2), [f(3) for _ in (4, 5)], "x" if f(0) else (f(6) or f(7)))] + [
            f(x) and f(y) for x in (1, 2) for y in (3, 4) if f(x) or f(y)
        ]

    def unpacked(x):
        a, (b, *c), d = x
        a, b = b, a
        a, b, d = d, a, b
        return f"{a!r:>{len(c)}}{b}{c}{d}", a < 3 < 4, x[0:1], x[1][0]

    def yields_deeply(f):
        return [f(1), (yield f(2)), {f(3): (yield 4), 5: [(yield 6), f(7)]}]

    def f(*args, **keywords):
        return args, tuple(keywords.items())

    def from_yields():
        made = yields_deeply(lambda x: x)
        received = [next(made), made.send("a"), made.send("b")]
        return received, outcome(made.send, "c")

    return arguments(f), kept(lambda x: x), unpacked((1, (2, 3, 4), 5)), from_yields()
