"""Functions whose code objects are seeds: see `dump.py`."""

import asyncio


def nothing():
    pass


def arguments(a, /, b, *args, c=1, **kwargs):
    return a(b, *args, c=c, **kwargs)


def comparisons(a, b):
    return a < b <= a is not b in (1, 2) and not a != b or (a if b else -a)


def operators(a, b):
    a += b @ a // ~b
    a[b:1] = a[b] ** 2
    del a[b], b
    return a[1:2:3]


def unpacking(a):
    b, *c, (d, e) = a
    return [*b, *c], {*d}, {**e, "a": 1}, f"{a!r:>{b}}{c}"


def comprehensions(a):
    return (
        [x for x in a if x],
        {x: y for x, y in a},
        {x for y in a for x in y},
        (x for x in a),
    )


def nested_loops(a):
    for x in a:
        while x:
            x -= 1
            if x == 3:
                continue
            if x == 5:
                break
        else:
            return x
    return None


def caught(a):
    try:
        a()
    except (KeyError, ValueError) as error:
        raise RuntimeError from error
    except OSError:
        return 1
    else:
        a.b = 2
    finally:
        del a


def caught_groups(a):
    try:
        a()
    except* ValueError as group:
        a(group)
    except* OSError:
        a()


def nested_handlers(a):
    for x in a:
        try:
            with x as y, y.z:
                try:
                    yield y
                finally:
                    a(y)
        except StopIteration:
            continue
        finally:
            assert x, "message"


def matched(a):
    match a:
        case {"kind": str(kind), **rest} if kind:
            return rest
        case [first, *_, {"x": 1 | 2}]:
            return first
        case complex(real=0, imag=y) | (None as y):
            return y
        case _:
            return a


def generator(a):
    sent = yield a
    result = yield from sent
    return result


async def coroutine(a):
    async with a as b, b:
        async for c in b:
            await c
    return [d async for d in a if await d]


async def async_generator(a):
    try:
        async for b in a:
            yield b
    except* asyncio.CancelledError:
        pass
    finally:
        await a


def closure(a):
    def inner(b=a, *, c: int = 1):
        nonlocal a
        a = b
        return lambda: (a, c, inner)

    return inner


class Shape(dict, metaclass=type):
    """Has members of all kinds."""

    size: int = 1

    def __init__(self):
        super().__init__()
        self.__mangled = Shape

    @property
    def area(self):
        return self.size

    @classmethod
    def of(cls):
        global nothing
        import os.path as path
        from sys import argv, executable

        return path, argv, executable, __class__
