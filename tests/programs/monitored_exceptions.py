"""Tells which local exception events of `sys.monitoring` come of its functions, each time that it is told to go on."""

import sys
from pathlib import Path

monitoring = sys.monitoring
EVENTS, TOOL = monitoring.events, monitoring.DEBUGGER_ID
NAMES = ("RAISE", "RERAISE", "EXCEPTION_HANDLED", "PY_UNWIND", "PY_THROW", "STOP_ITERATION")
seen = []


def raises():
    raise ValueError


def handles():
    try:
        raises()
    except ValueError:
        return


def raises_again():
    try:
        raises()
    finally:
        seen.append("finally")


def is_thrown_at():
    yield


def exhausts():
    """The generator that it goes through comes to its end."""
    for _ in (value for value in "x"):
        seen.append("item")


def says_once():
    """Its tool does not want to hear of it again."""
    raise KeyError


FUNCTIONS = (raises, handles, raises_again, is_thrown_at, exhausts, says_once)


def tell(event):
    def callback(code, _offset, error):
        seen.append(f"{event} {type(error).__name__}")
        return monitoring.DISABLE if code.co_name == "says_once" else None

    monitoring.register_callback(TOOL, getattr(EVENTS, event), callback)


def observe():
    """Say what comes of one call of each function."""
    for function in FUNCTIONS:
        seen.clear()
        try:
            result = function()
            if result is not None:
                next(result, None)
                result.throw(RuntimeError)
        except (ValueError, KeyError, RuntimeError):
            pass
        print(function.__name__, seen, flush=True)


def stay():
    print("ready", flush=True)
    Path(sys.argv[1]).read_text()


monitoring.use_tool_id(TOOL, "debugger")
before = [function.__code__ for function in FUNCTIONS]
for name in NAMES:
    tell(name)
for code in before:
    monitoring.set_local_events(TOOL, code, sum(getattr(EVENTS, name) for name in NAMES))
stay()
observe()
monitoring.set_local_events(TOOL, handles.__code__, EVENTS.RAISE)
monitoring.set_local_events(TOOL, raises.__code__, EVENTS.EXCEPTION_HANDLED)
observe()
stay()
observe()
for function, code in zip(FUNCTIONS, before):
    events = monitoring.get_local_events(TOOL, code)
    print(function.__name__, function.__code__ is code, events, flush=True)
