"""Template strings: their parts, their conversions and formats, and what fails inside."""

from string.templatelib import Interpolation, Template, convert


def greeting(name, times=2):
    return t"Hello, {name!r:>{times + 8}}! {times=} {'nested ' + f"{times}":{'<12'}}"


def rendered(template):
    parts = []
    for part in template:
        match part:
            case Interpolation(value, _, conversion, spec):
                parts.append(format(convert(value, conversion), spec))
            case str():
                parts.append(part)
    return "".join(parts)


def nested(depth):
    return t"<{nested(depth - 1) if depth else "end"}>"


def lazily(names):
    for name in names:
        yield t"{name}{(yield)}"


async def awaited(value):
    return t"{await other(value)}"


async def other(value):
    return value * 2


def failing(number):
    return t"{number} {1 / number}" rt"\n{number}"


def run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as stopped:
        return stopped.value


def described(template):
    values = [(it.value, it.expression, it.conversion, it.format_spec) for it in template.interpolations]
    return template.strings, values


def main():
    print(described(greeting("world")), rendered(greeting("you", 1) + t" {len.__name__}"))
    inner = nested(3)
    while isinstance(inner, Template):
        print(inner.strings, len(inner.values))
        inner = inner.values[0]
    generator = lazily("ab")
    print([described(it) if it else it for it in (next(generator), generator.send("sent"), next(generator))])
    print(described(run(awaited(3))), described(failing(4) + t""))
    try:
        failing(0)
    except ZeroDivisionError as error:
        print(error, error.__traceback__.tb_next.tb_frame.f_code.co_name)
