"""`lru_cache`, `cache` and `cached_property`: only misses are hits."""

import functools


@functools.lru_cache(maxsize=2)
def limited(number):
    return -number


@functools.cache
def unlimited(number, *, factor=1):
    return number * factor


class Lazy:
    @functools.cached_property
    def value(self):
        return "computed"

    @functools.lru_cache  # noqa: B019
    def method(self, number):
        return number

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return True


def main():
    for cached in (limited, unlimited, Lazy.method):
        cached.cache_clear()
    print([limited(number) for number in (1, 2, 1, 3, 1, 2)], limited.cache_info())
    print(unlimited(1), unlimited(1), unlimited(1, factor=2), unlimited.cache_info())
    lazy = Lazy()
    print(lazy.value, lazy.value, vars(lazy))
    del lazy.value
    print(lazy.value, lazy.method(1), lazy.method(1), Lazy.method.cache_info().hits)
