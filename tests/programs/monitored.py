"""Tells which local events of `sys.monitoring` come of its functions, each time that it is told to go on."""

import sys
from pathlib import Path

monitoring = sys.monitoring
EVENTS = monitoring.events
PROFILER, DEBUGGER = monitoring.PROFILER_ID, monitoring.DEBUGGER_ID
seen = []


def kept():
    """Events are set before the patch."""


def late():
    """Events are set, and others taken off, while it is patched."""


def make():
    def function():
        """Of two functions of one code object, one is patched."""

    return function


patched, sibling = make(), make()
FUNCTIONS = {"kept": kept, "late": late, "patched": patched, "sibling": sibling}


def use(tool, name):
    monitoring.use_tool_id(tool, name)
    for event in ("PY_START", "PY_RETURN"):
        tell = lambda *_, event=event: seen.append(f"{name}.{event}")
        monitoring.register_callback(tool, getattr(EVENTS, event), tell)


def observe():
    """Say what comes of one call of each function."""
    for name, function in FUNCTIONS.items():
        seen.clear()
        function()
        print(name, sorted(seen), flush=True)


def stay():
    print("ready", flush=True)
    Path(sys.argv[1]).read_text()


def refuse(*_):
    raise SystemExit("code of the program was run")


use(PROFILER, "profiler")
use(DEBUGGER, "debugger")
get, set_events = monitoring.get_local_events, monitoring.set_local_events
set_events(PROFILER, kept.__code__, EVENTS.PY_START)
set_events(DEBUGGER, kept.__code__, EVENTS.PY_START | EVENTS.PY_RETURN)
set_events(PROFILER, late.__code__, EVENTS.PY_START)
set_events(PROFILER, patched.__code__, EVENTS.PY_START)
before = [function.__code__ for function in FUNCTIONS.values()]
monitoring.get_tool = monitoring.get_local_events = monitoring.set_local_events = refuse
del sys.monitoring
observe()
stay()
observe()
set_events(PROFILER, late.__code__, 0)
set_events(DEBUGGER, late.__code__, EVENTS.PY_RETURN)
observe()
set_events(DEBUGGER, sibling.__code__, EVENTS.PY_RETURN)
stay()
observe()
for (name, function), code in zip(FUNCTIONS.items(), before):
    print(name, function.__code__ is code, [get(tool, code) for tool in range(6)], flush=True)
