"""The scopes of comprehensions, walrus, starred expressions, formatted strings."""

import re

FACTOR = 2


def lists(stop):
    return [number * FACTOR for number in range(stop) if number % 2]


def nested(rows):
    return [[cell + offset for cell in row] for offset, row in enumerate(rows)]


def dictionaries(names):
    return {name: {*name} == set(name) for name in names}


def shadowing(number):
    return [number for number in range(3)], number


def with_walrus(items):
    return [half for item in items if (half := item // 2)], half


def lazily(items):
    generator = (item + extra for item in items)
    extra = 10
    return list(generator)


def cells():
    functions = [lambda: (number, factor) for number in range(3) for factor in [number]]
    return [function() for function in functions]


def starred(*items):
    first, *middle, last = items
    return [*middle, *items], {**{"a": first}, "b": last}, (*"ab", *middle)


def walrus_in_a_loop(text):
    position, found = 0, []
    while match := re.compile(r"\w+").search(text, position):
        found.append(match[0])
        position = match.end()
    return found


def formatted(value, width=8):
    return f"{value!r:>{width}}|{value=}|{'nested ' + f'{width:03}'}|{{}}|{value:%}" if value else f""


def local_names(a):
    b = [key for key in sorted(locals())]
    return b


class Body:
    size = 3
    items = [number for number in range(size)]

    def method(self):
        return [self.size for _ in self.items]


def main():
    print(lists(6), nested([[1, 2], [3]]), dictionaries(["ab", "c"]), shadowing("outer"))
    print(with_walrus([0, 1, 2, 5]), lazily([1, 2]), cells(), starred(1, 2, 3, 4))
    print(walrus_in_a_loop("three little words"), formatted(0.5), formatted(0), Body().method())
    print(local_names(1))
