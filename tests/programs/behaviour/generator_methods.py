"""A generator is sent to, thrown at and closed: a hit when its body starts, none at a resumption."""

import traceback


def echo():
    received = "start"
    while received != "stop":
        try:
            received = yield received
        except ValueError as error:
            received = f"caught {error}"
        finally:
            print("around a yield")
    return "done"


def delegating():
    result = yield from echo()
    yield f"inner {result}"


def never_started():
    yield 1


def failing():
    yield 1
    raise KeyError("late")


def countdown(start):
    while start:
        yield start
        start -= 1


def main():
    generator = echo()
    print(generator.gi_frame.f_lineno, generator.gi_running, next(generator))
    print(generator.send("one"), generator.throw(ValueError("two")))
    print(generator.gi_frame.f_lineno, generator.gi_code.co_name)
    generator.close()
    print(generator.gi_frame, list(generator))
    for value in delegating():
        print(value)
        break
    outer = delegating()
    print(next(outer), outer.gi_yieldfrom.gi_code.co_name, outer.send("three"), outer.send("stop"))
    try:
        outer.send("more")
    except StopIteration as error:
        print("stopped", error.value)
    fresh = never_started()
    try:
        fresh.throw(ValueError("before the start"))
    except ValueError:
        print(traceback.format_exc())
    never_started().close()
    try:
        print(*failing())
    except KeyError:
        print(traceback.format_exc())
    print(sum(countdown(10)), list(countdown(3)), [*countdown(0)])
