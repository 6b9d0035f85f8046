"""`with`: classes, `contextmanager`, `ExitStack`; what is swallowed and what is not."""

import contextlib
import traceback


class Manager:
    def __init__(self, swallows):
        self.swallows = swallows

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        print("exit", kind and kind.__name__, trace and trace.tb_lineno)
        return self.swallows


@contextlib.contextmanager
def bracketed(name):
    print("open", name)
    try:
        yield name
    except KeyError:
        print("swallowed")
    finally:
        print("close", name)


def using(swallows, error):
    with Manager(swallows) as manager:
        if error:
            raise error
        return manager.swallows
    return "swallowed"


def nested():
    with (
        bracketed("a") as a,
        bracketed("b") as b,
    ):
        print(a, b)
        raise KeyError
    with contextlib.ExitStack() as stack:
        print([stack.enter_context(bracketed(name)) for name in "cd"])
        stack.callback(print, "called back")
    with contextlib.suppress(ZeroDivisionError):
        1 / 0
    for number in range(3):
        with bracketed(number):
            if number == 1:
                continue
            if number == 2:
                break


@bracketed("as a decorator")
def decorated():
    return "inside"


def main():
    print(using(True, None), using(True, ValueError()))
    try:
        using(False, ValueError("let through"))
    except ValueError:
        print(traceback.format_exc())
    nested()
    print(decorated())
