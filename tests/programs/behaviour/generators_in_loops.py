"""Generators driven by loops, comprehensions and built-in functions."""

import itertools


def numbers(stop):
    number = 0
    while number < stop:
        yield number
        number += 1


def squares(source):
    for number in source:
        yield number**2


def endless():
    while True:
        yield "again"


def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


def returns_at_once():
    return
    yield


def main():
    print(sum(numbers(10)), list(squares(numbers(5))), max(numbers(4)), 3 in numbers(9))
    print(list(zip(numbers(3), endless())), list(tree(3)), list(returns_at_once()))
    for number in numbers(5):
        if number == 2:
            continue
        if number == 4:
            break
        print(number)
    else:
        print("not reached")
    print(list(itertools.islice(endless(), 2)), {*numbers(3)}, dict(enumerate(squares([3]))))
    first, *rest = numbers(4)
    print(first, rest, (x for x in numbers(1)).__next__())
