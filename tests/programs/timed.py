"""Functions of which it is known how often they are called, how often they fail, and how long they take at least."""

import asyncio
import time


def returns():
    return 1


def naps():
    return time.sleep(0.02)


def fails(number):
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number


def fails_in_two_ways(number):
    if number > 3:
        raise LookupError(number, "too large")
    return fails(number)


def generates(number):
    for each in range(number):
        yield each


async def awaits():
    await asyncio.sleep(0.02)


def never_called(value):
    return value


def odd_code():
    """Its exception table is cut short, which only matters when it raises."""


odd_code.__code__ = odd_code.__code__.replace(co_exceptiontable=b"\x80")


def attempt(function, number):
    try:
        return function(number)
    except (ValueError, LookupError) as error:
        return error


returns()
naps()
for number in range(6):
    attempt(fails, number)
    attempt(fails_in_two_ways, number)
list(generates(3))
generator = generates(3)
next(generator)
generator.close()
asyncio.run(awaits())
odd_code()
