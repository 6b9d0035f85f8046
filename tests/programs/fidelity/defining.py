#: as script link compiled module package folder zip
"""What traces and monitors the top level of the script sees each line once, whatever that defines."""

import functools
import runpy
import sys

events = []


def trace(frame, event, argument):
    if frame.f_globals is globals():
        events.append((event, frame.f_code.co_name, frame.f_lineno))
    return trace


def monitor():
    monitoring = sys.monitoring
    tool, kinds = monitoring.DEBUGGER_ID, monitoring.events
    monitoring.use_tool_id(tool, "defining")

    def observe(kind, line_of):
        def record(code, place, *rest):
            if code.co_filename == __file__ and code.co_name != "record":
                events.append((kind, code.co_name, line_of(code, place)))

        return record

    def line_at(code, offset):
        lines = code.co_lines()
        return next(line for start, end, line in lines if start <= offset < end)

    for kind in ("PY_START", "PY_RETURN", "CALL", "RAISE"):
        monitoring.register_callback(tool, getattr(kinds, kind), observe(kind, line_at))
    monitoring.register_callback(tool, kinds.LINE, observe("LINE", lambda code, line: line))
    wanted = kinds.LINE | kinds.PY_START | kinds.PY_RETURN | kinds.CALL | kinds.RAISE
    monitoring.set_events(tool, wanted)


def wrapped(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        return function(*arguments)

    return wrapper


if sys.version_info >= (3, 12):
    monitor()
else:
    sys.settrace(trace)
    sys._getframe().f_trace = trace

first = 1; second = 2; third = first + second  # noqa: E702


def plain(number): return number + 1  # noqa: E704


@wrapped
@functools.lru_cache
def decorated(
    number,
):
    return plain(number)


class Class(
    object,
): value = 1; method = lambda self: self.value  # noqa: E702, E731


if third > 2: conditional = lambda: 1; other = 2  # noqa: E701, E702, E731
else: conditional = None  # noqa: E701

try:
    import no_such_module
except ImportError as error:
    no_such_module = str(error)

for number in range(3):
    def in_a_loop(): return number  # noqa: E704
    in_a_loop()

[plain(number) for number in range(2)]
with open(__file__, "rb") as file: head = file.read(0)  # noqa: E701
third = (
    plain(decorated(1))
    + Class().method()
    + conditional()
)


def plain(number):
    return number - 1


def declare():
    global declared

    def declared():
        return plain(5)


declare()
declared()

if sys.version_info >= (3, 12):
    sys.monitoring.set_events(sys.monitoring.DEBUGGER_ID, 0)
else:
    sys.settrace(None)
    sys._getframe().f_trace = None
for event in events:
    print(*event)
print(sorted(name for name in globals() if not name.startswith("_")))
frame = sys._getframe()
while frame is not None:
    its_own = frame.f_code is getattr(runpy, frame.f_code.co_name, trace).__code__
    print(frame.f_code.co_name, frame.f_code.co_filename, frame.f_lineno, its_own)
    frame = frame.f_back
print("exec" in vars(runpy))
failing = {}; failing["key"]; never = 1  # noqa: E702
