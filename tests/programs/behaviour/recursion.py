"""Functions that call themselves and each other."""

import functools


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


def is_even(n):
    return n == 0 or is_odd(n - 1)


def is_odd(n):
    return n != 0 and is_even(n - 1)


def flatten(tree):
    for leaf in tree:
        if isinstance(leaf, list):
            yield from flatten(leaf)
        else:
            yield leaf


@functools.lru_cache(maxsize=None)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def main():
    fibonacci.cache_clear()
    print(factorial(20), is_even(30), is_odd(30), list(flatten([1, [2, [3, [4]], 5], []])))
    print(fibonacci(30), fibonacci(30), fibonacci.cache_info())
