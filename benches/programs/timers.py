"""The ways to time the calls of a function that instrsh is measured beside.

Each records as little as it can: the number of calls, and their times.
"""

import cProfile
import importlib
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial, wraps
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import FunctionType, ModuleType
from typing import Self

from measuring import CALLS_IN_A_ROW
from peers import AbsentError, Counted, with_limit

TIMING_TOOL = 5
# Of one event at the start and the end of a call, and those of a `yield`.
CALLBACKS = {
    "PY_START": "time_start",
    "PY_RETURN": "time_return",
    "PY_YIELD": "time_yield",
    "PY_RESUME": "time_start",
}


def with_floor_of_yields(_function: FunctionType) -> Counted:
    """Give a generator that reads the clock twice and counts twice for each yield."""
    limit = importlib.import_module("limit")
    clock, probe = limit.Clock(), limit.Probe()

    def function(clock: object = clock, probe: object = probe) -> Iterator[None]:
        for _ in range(CALLS_IN_A_ROW):
            ~clock  # type: ignore[operator]  # noqa: B018
            ~probe  # type: ignore[operator]  # noqa: B018
            yield

    return Counted(function, lambda: probe.hits // CALLS_IN_A_ROW)


def with_monitoring_in_c(function: FunctionType) -> Counted:
    """Have callbacks in C record starts, returns, unwinds, and yields."""
    if sys.version_info < (3, 12):
        raise AbsentError("sys.monitoring is there from 3.12 on")
    limit = importlib.import_module("limit")
    monitoring, events = sys.monitoring, sys.monitoring.events
    if monitoring.get_tool(TIMING_TOOL) is None:
        monitoring.use_tool_id(TIMING_TOOL, "benchmark of times")
        for event, name in CALLBACKS.items():
            callback = getattr(limit, name)
            monitoring.register_callback(TIMING_TOOL, getattr(events, event), callback)
        unwind = limit.time_unwind
        monitoring.register_callback(TIMING_TOOL, events.PY_UNWIND, unwind)
    local = sum(getattr(events, event) for event in CALLBACKS)
    monitoring.set_local_events(TIMING_TOOL, function.__code__, local)

    def switch(on: bool) -> None:
        # It cannot be had for one function before 3.15.
        monitoring.set_events(TIMING_TOOL, events.PY_UNWIND if on else 0)

    return Counted(function, limit.timed, switch)


def with_cprofile(function: FunctionType, of_a_call: int = 1) -> Counted:
    """Have cProfile time all calls of the thread.

    It takes each part of a generator's run for a call.
    """
    profile = cProfile.Profile()

    def hits() -> int:
        entries = profile.getstats()
        own = (it.callcount for it in entries if it.code is function.__code__)
        return sum(own) // of_a_call

    def switch(on: bool) -> None:
        if on:
            profile.enable()
        else:
            profile.disable()

    return Counted(function, hits, switch)


def with_tprof(function: FunctionType) -> Counted:
    """Have the callbacks of tprof time it; only its report is left out."""
    if sys.version_info < (3, 12):
        raise AbsentError("uses sys.monitoring, which is there from 3.12 on")
    record = tprof_record()
    monitoring, events = sys.monitoring, sys.monitoring.events
    tool, calls = monitoring.PROFILER_ID, 0
    callbacks = {
        events.PY_START: record.py_start_callback,
        events.PY_RESUME: record.py_start_callback,
        events.PY_THROW: record.py_throw_callback,
        events.PY_YIELD: record.py_yield_callback,
        events.PY_RETURN: record.py_return_callback,
        events.PY_UNWIND: record.py_unwind_callback,
    }

    def switch(on: bool) -> None:
        nonlocal calls
        if on:
            monitoring.use_tool_id(tool, "tprof")
            record.configure((function.__code__,))
        for event, callback in callbacks.items():
            monitoring.register_callback(tool, event, callback if on else None)
        monitoring.set_events(tool, sum(callbacks) if on else 0)
        if on:
            monitoring.restart_events()
        else:
            monitoring.free_tool_id(tool)
            calls += record.stats()[0][0]
            record.configure(())

    return Counted(function, lambda: calls, switch)


def tprof_record() -> ModuleType:
    """Import the part of tprof in C; the rest of it would need `rich`."""
    package = find_spec("tprof")
    folders = package.submodule_search_locations if package else None
    spec = PathFinder.find_spec("tprof.record", folders) if folders else None
    if spec is None or spec.loader is None:
        raise AbsentError("it is not installed")
    if spec.name not in sys.modules:
        sys.modules[spec.name] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[spec.name])
    return sys.modules[spec.name]


def with_wrapper(function: FunctionType) -> Counted:
    """Wrap it in a function that reads the clock before and after."""
    clock = time.perf_counter_ns
    hits = total = 0

    @wraps(function)
    def wrapper(*arguments: object, **named: object) -> object:
        nonlocal hits, total
        start = clock()
        try:
            return function(*arguments, **named)
        finally:
            total += clock() - start
            hits += 1

    return Counted(wrapper, lambda: hits)


def with_ddtrace(function: FunctionType) -> Counted:
    """Wrap it in a context of ddtrace, as its exploration of live code does."""
    context = importlib.import_module("ddtrace.internal.wrapping.context")
    clock = time.perf_counter_ns
    hits = total = 0

    class Timing(context.WrappingContext):  # type: ignore[misc, name-defined]
        def __enter__(self) -> Self:
            super().__enter__()
            self.set("start", clock())
            return self

        def end(self) -> None:
            nonlocal hits, total
            total += clock() - self.get("start")
            hits += 1

        def __return__(self, value: object) -> object:
            self.end()
            return super().__return__(value)

        def __exit__(self, *error: object) -> object:
            self.end()
            return super().__exit__(*error)

    Timing(function).wrap()
    return Counted(function, lambda: hits)


# For calls that return, and for those that raise.
OF_CALLS: dict[str, Callable[[FunctionType], Counted]] = {
    "limit": with_limit,
    "clock": partial(with_limit, probe_type="Clock"),
    "monitoring_c": with_monitoring_in_c,
    "cprofile": with_cprofile,
    "tprof": with_tprof,
    "wrapper": with_wrapper,
    "ddtrace": with_ddtrace,
}
# Those of them that notice a `yield`.
OF_YIELDS = {
    "floor": with_floor_of_yields,
    "monitoring_c": with_monitoring_in_c,
    "cprofile": partial(with_cprofile, of_a_call=CALLS_IN_A_ROW + 1),
    "tprof": with_tprof,
}
