"""Functions and classes with parameters for types, and aliases that are evaluated when asked."""

import typing

type Alias[T] = dict[str, T] | Later
type Recursive = list[Recursive]


def first[T](items: list[T], default: T | None = None) -> T | None:
    return next(iter(items), default)


def bounded[N: (int, str), *Rest, **P](number: N, *rest: *Rest) -> N:
    return number


class Stack[T]:
    def __init__(self):
        self.items: list[T] = []

    def push[U](self, item: T, other: U) -> tuple[T, U]:
        self.items.append(item)
        return item, other

    def generate(self):
        yield from (f"{item!r:{"<5"}}" for item in self.items)


class Child[T](Stack[list[T]]):
    pass


def asked(question):
    try:
        return question()
    except NameError as error:
        return str(error)


def main():
    stack = Child[int]()
    print(first([1]), first([], 2), bounded("a", 1), stack.push([1], 2), list(stack.generate()))
    print(first.__type_params__, bounded.__type_params__[0].__constraints__, Stack.__type_params__)
    print(Child.__orig_bases__, Stack.push.__type_params__, typing.get_type_hints(Stack.push))
    print(asked(lambda: Alias.__value__), Recursive.__value__, Alias[int], typing.get_type_hints(first))
