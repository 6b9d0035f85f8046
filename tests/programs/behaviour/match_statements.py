"""`match` with every kind of pattern."""

import dataclasses


@dataclasses.dataclass
class Point:
    x: int
    y: int


class Odd:
    __match_args__ = ("value",)

    @property
    def value(self):
        return "odd"


def describe(subject):
    match subject:
        case 0 | 1:
            return "small"
        case int(number) if number < 0:
            return f"negative {number}"
        case str() as text:
            return f"text {text}"
        case []:
            return "empty"
        case [first]:
            return f"one {first}"
        case [first, *_, last]:
            return f"from {first} to {last}"
        case {"kind": "circle", "radius": radius, **rest}:
            return f"circle {radius} {rest}"
        case Point(x=0, y=0):
            return "origin"
        case Point(x, y):
            return f"at {x} {y}"
        case Odd(value):
            return value
        case None:
            return "none"
        case _:
            return "else"


def match_starts(subject):
    match subject:
        case (1, (2, [3, *rest])):
            return rest


def in_a_loop(commands):
    for command in commands:
        match command.split():
            case ["go", direction]:
                yield direction
            case ["stop"]:
                return
            case _:
                continue


def main():
    subjects = [0, 5, -5, "a", [], [1], (1, 2, 3), {"kind": "circle", "radius": 2, "z": 1}, {"kind": 1}]
    for subject in [*subjects, Point(0, 0), Point(1, 2), Odd(), None, 2.5]:
        print(describe(subject))
    print(match_starts((1, (2, [3, 4, 5]))), match_starts(0))
    print(list(in_a_loop(["go north", "wait", "go south", "stop", "go west"])))
