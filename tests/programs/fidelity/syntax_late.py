"""Syntax that is found late."""


def f():
    global x
    x = 1


class C:
    return 5
