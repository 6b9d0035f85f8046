"""`except` for several types without parentheses, and what leaves a `finally`."""

import asyncio
import warnings


def caught(action):
    try:
        return action()
    except ValueError, ZeroDivisionError:
        return "either"
    except LookupError, TypeError:
        return "other"
    finally:
        print("finally")


def grouped(*errors):
    seen = []
    try:
        raise ExceptionGroup("several", errors)
    except* ValueError, TypeError:
        seen.append("first")
    except* OSError, KeyError:
        seen.append("second")
    return seen


async def awaiting(error):
    try:
        await asyncio.sleep(0)
        raise error
    except KeyError, asyncio.CancelledError:
        return "caught"


def generated():
    while True:
        try:
            yield "next"
        except ValueError, TypeError:
            yield "thrown"


def compiled():
    """What the compiler says of a `return` in `finally`, which is what it was."""
    source = "def swallows():\n    try:\n        1 / 0\n    finally:\n        return 'swallowed'\n"
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        namespace = {}
        exec(compile(source, "<compiled>", "exec"), namespace)
    return namespace["swallows"](), [str(it.message) for it in warned]


def fail(error):
    raise error


def main():
    for error in (ValueError, ZeroDivisionError, IndexError, TypeError):
        print(caught(lambda error=error: fail(error)))
    print(caught(lambda: "nothing"), grouped(ValueError(), KeyError(), OSError()))
    print(asyncio.run(awaiting(KeyError())), compiled())
    generator = generated()
    print(next(generator), generator.throw(TypeError), next(generator), generator.throw(ValueError))
    generator.close()
