"""Keyword-only, positional-only, `*args`, `**kwargs`, defaults: bound as before, refused as before."""

import inspect


def keyword_only(*, width, height=2):
    return width * height


def positional_only(a, b=3, /):
    return a, b


def variable(*args, **kwargs):
    return args, kwargs


def everything(a, b=1, /, c=2, *rest, d, e=5, **more):
    return a, b, c, rest, d, e, more


def mutable(item, found=[]):  # noqa: B006
    found.append(item)
    return len(found) - len(found) + item


def annotated(a: int, b: "str" = "b") -> tuple[int, str]:
    return a, b


def refused(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except TypeError as error:
        print(error)


def main():
    print(keyword_only(width=3), keyword_only(height=1, width=1))
    print(positional_only(1), positional_only(1, 2))
    print(variable(), variable(1, 2, a=3), variable(*"ab", **{"c d": 1}))
    print(everything(1, d=2), everything(1, 2, 3, 4, 5, d=6, e=7, f=8))
    print(mutable(1), mutable(2), annotated(1))
    refused(keyword_only, 1)
    refused(keyword_only)
    refused(positional_only, a=1)
    refused(everything)
    refused(annotated, 1, 2, 3)
    for function in (keyword_only, positional_only, variable, everything, annotated):
        print(inspect.signature(function), function.__defaults__, function.__kwdefaults__)
    print(inspect.signature(everything).bind(1, 2, d=3).arguments)
    everything.__kwdefaults__["e"] = 6
    print(everything(1, d=2))
    everything.__kwdefaults__["e"] = 5
