"""What tracers, profilers and monitors see of the functions in the files of cases."""

import sys
from pathlib import Path

from outcomes import shown

FOLDER = Path(__file__).parent
FILES = {str(FOLDER / f"{name}.py") for name in ("asynchronous", "frames", "generators", "plain")}


def with_tracing(case):
    """The events of `sys.settrace`, line by line."""
    events = []

    def local(frame, event, arg):
        arg = shown(arg) if event == "return" else arg and shown(arg[1])
        events.append((frame.f_code.co_name, event, frame.f_lineno, arg))
        return local

    def tracer(frame, event, arg):
        return local(frame, event, arg) if frame.f_code.co_filename in FILES else None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        found = case()
    finally:
        sys.settrace(before)
    return found, events


def with_profiling(case):
    """The calls and returns of `sys.setprofile`."""
    events = []

    def profiler(frame, event, arg):
        code = frame.f_code
        if event in {"call", "return"} and code.co_filename in FILES:
            events.append((code.co_name, event, frame.f_lineno))

    before = sys.getprofile()
    sys.setprofile(profiler)
    try:
        found = case()
    finally:
        sys.setprofile(before)
    return found, events


# Their arguments are values and exceptions; those of the others are offsets of instructions.
WITH_VALUE = {
    "EXCEPTION_HANDLED",
    "PY_RETURN",
    "PY_THROW",
    "PY_UNWIND",
    "PY_YIELD",
    "RAISE",
    "RERAISE",
    "STOP_ITERATION",
}
MONITORED = {"PY_START", "PY_RESUME", "LINE", *WITH_VALUE}


def with_monitoring(case):
    """The events of `sys.monitoring`."""
    events = []
    monitoring = sys.monitoring
    tool = monitoring.DEBUGGER_ID
    monitoring.use_tool_id(tool, "timed")
    known = {name for name in MONITORED if hasattr(monitoring.events, name)}

    def note(name):
        def callback(code, *args):
            if code.co_filename in FILES:
                value = shown(args[-1]) if name in WITH_VALUE else name == "LINE" and args[0]
                events.append((code.co_name, name, value))

        return callback

    mask = 0
    for name in known:
        mask |= getattr(monitoring.events, name)
        monitoring.register_callback(tool, getattr(monitoring.events, name), note(name))
    monitoring.set_events(tool, mask)
    try:
        found = case()
    finally:
        monitoring.set_events(tool, 0)
        for name in known:
            monitoring.register_callback(tool, getattr(monitoring.events, name), None)
        monitoring.free_tool_id(tool)
    return found, events


def alone(case):
    """Nothing but what it gives."""
    return case(), []


LOOKS = [alone, with_tracing, with_profiling]
if sys.version_info >= (3, 12):
    LOOKS.append(with_monitoring)
