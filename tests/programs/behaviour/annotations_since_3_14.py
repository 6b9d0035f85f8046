"""Annotations that functions make when somebody asks, some of names that come later or never."""

import annotationlib
import dataclasses
import functools
import inspect
import sys
import typing
from annotationlib import Format

# Those of functions are in no namespace. That of `never` is called to inspect `never`, too.
PATCH = [
    "annotations_since_3_14:*",
    *(f"annotations_since_3_14:{name}.__annotate__" for name in ("function", "Class.method")),
    "annotations_since_3_14:generic.__annotate__",
]
FORMATS = [Format.VALUE, Format.FORWARDREF, Format.STRING]

limit: int = 1
if limit:
    sometimes: Later | None = None


def function(a: Later, /, *rest: list[Later], b: "Text" = 1, **named: 1 + 1) -> dict[Later, Text]:
    return a


def never(a: list[Later], b: Never.attribute[Later]) -> "Never":
    return a


def generic[T: Later](a: T, b: dict[str, T]) -> T:
    return a


class Class:
    attribute: Later
    own: Class
    text: "Never"
    in_class = int
    of_class: in_class
    of_both: typing.ClassVar[dict[in_class, Later]] = {}

    def method(self, other: Class, inner: in_class, later: Later) -> typing.Self:
        return self

    class Inner:
        outer: Class
        inner: Inner


class Child(Class):
    pass


class Many(Class):
    more: Later


class Handmade:
    replaced: int

    def __annotate__(format, /):
        if format != Format.VALUE:
            raise NotImplementedError
        return {"by": "hand"}


@dataclasses.dataclass
class Data:
    number: Later
    data: Data | None = None
    numbers: list[Later] = dataclasses.field(default_factory=list)


class Named(typing.NamedTuple):
    number: Later
    name: Named | None = None


class Typed(typing.TypedDict):
    number: typing.Required[Later]
    typed: typing.NotRequired[Typed]


class Protocol(typing.Protocol):
    number: Later

    def method(self) -> Protocol: ...


def wrapped(number: Later) -> int:
    return number


@functools.wraps(wrapped)
def wrapper(*arguments):
    return wrapped(*arguments)


def asked(question, *arguments, **named):
    """An answer, or the exception in its place, which traceback shows where it comes from."""
    try:
        return question(*arguments, **named)
    except Exception as error:
        traceback, names = error.__traceback__.tb_next, []
        while traceback:
            names.append(traceback.tb_frame.f_code.co_qualname)
            traceback = traceback.tb_next
        return type(error).__name__, str(error), names[-1:]


def ask_all():
    owners = [function, never, generic, wrapper, Class, Class.method, Class.Inner, Child, Many, Handmade]
    owners += [Data, Data.__init__, Named, Named.__new__, Typed, Protocol, sys.modules[__name__]]
    for owner in owners:
        annotate = getattr(owner, "__annotate__", None)
        print(owner.__name__, annotate and annotate.__qualname__)
        for format in FORMATS:
            print(asked(annotationlib.get_annotations, owner, format=format))
            if annotate:
                call = annotationlib.call_annotate_function
                print(asked(call, annotate, format), asked(call, annotate, format, owner=owner))
                print(asked(annotate, format))
        print(asked(lambda: owner.__annotations__))
        print(asked(typing.get_type_hints, owner), asked(inspect.signature, owner))
        print(asked(inspect.signature, owner, annotation_format=Format.STRING))


def main():
    ask_all()
    globals().update(Later=int, Text=str)
    ask_all()
    made = dataclasses.make_dataclass("Made", [("a", "Later"), ("b", Data)])
    print(made.__annotations__, made(1, 2), Data(1, Data(2)), Named(3), Typed(number=1))
    print(function(1), generic(2, {}), Class().method(None, 1, 2).own_annotations())
    del globals()["Later"], globals()["Text"]


def own_annotations(self):
    """What a method of a class asks of its own."""
    return asked(lambda: typing.get_type_hints(type(self)))


Class.own_annotations = own_annotations
