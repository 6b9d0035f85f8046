"""`locals()`, `globals()`, `exec`, `eval`, `global`, `del`, `dir` inside of patched functions."""

import sys

COUNT = 0


def look(a, *rest, b=2, **more):
    c = a
    return sorted(locals().items(), key=str), sorted(vars()), dir()


def change():
    global COUNT, made
    COUNT += 1
    made = COUNT
    result = globals()["COUNT"] == made
    del made
    return result, "made" in globals()


def evaluate(text, value):
    return eval(text), eval(text, {"value": value * 2}), eval("lambda: COUNT")()


def execute():
    names = {}
    exec("def function(a):\n    return a + 1\nresult = function(1)", names)
    exec(compile("for n in range(3):\n    last = n", "<made of text>", "exec"), names)
    return names["result"], names["last"], names["function"].__code__.co_filename


def through_the_frame():
    before = 1
    frame = sys._getframe()
    return frame.f_locals["before"], frame.f_code.co_name, frame.f_back.f_code.co_name


def imports():
    import os.path as path
    from collections import OrderedDict as Ordered

    return path.join("a", "b"), Ordered(a=1)["a"]


def main():
    global COUNT
    COUNT = 0
    print(look(1), look(1, 2, b=3, d=4))
    print(change(), change(), COUNT, evaluate("value + 1", 1), execute())
    print(through_the_frame(), imports())
