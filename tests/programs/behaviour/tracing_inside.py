"""A program that sets a trace function of its own, and one that watches single lines."""

import sys

OBSERVERS = ["nobody", "profile"]
events = []
# A trace function is called where no observer sees it.
PATCH = [
    f"tracing_inside:{name}"
    for name in ("main", "traced", "one_line", "generator", "failing", "jumped", "jumped_back")
]


def trace(frame, event, argument):
    if frame.f_code.co_filename != __file__:
        return None
    events.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))
    return trace


def traced(number):
    total = 0
    for item in range(number):
        total += item
    return total


def one_line(): return 1  # noqa: E704


def generator():
    yield 1
    yield 2


def failing():
    raise ValueError


def jumping(frame, event, argument):
    if event == "line" and frame.f_lineno == frame.f_code.co_firstlineno + 2:
        frame.f_lineno += 1
    return jumping


def jumped():
    result = []
    result.append("skipped")
    result.append("reached")
    return result


def jumping_back(frame, event, argument):
    if event == "line" and frame.f_lineno == frame.f_code.co_firstlineno + 3 and not events:
        events.append("back")
        frame.f_lineno -= 2
    return jumping_back


def jumped_back():
    first = "the first line"
    events.count(first)
    return events


def traced_from_inside():
    frame = sys._getframe()
    frame.f_trace = trace
    sys.settrace(trace)
    result = 1
    sys.settrace(None)
    return result


def main():
    events.clear()
    sys.settrace(trace)
    try:
        traced(3)
        one_line()
        list(generator())
        failing()
    except ValueError:
        pass
    finally:
        sys.settrace(None)
    traced_from_inside()
    print(*events, sep="\n")
    sys.settrace(jumping)
    try:
        print(jumped())
        events.clear()
        sys.settrace(jumping_back)
        print(jumped_back())
    finally:
        sys.settrace(None)
