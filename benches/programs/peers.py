"""The ways to count the calls of a function that instrsh is measured beside.

Each counts for as little as it can, with a hook that does what a real one must at
least: find the number of its function and add one to it.
"""

import functools
import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FrameType, FunctionType

# Only ddtrace's hook is measured, not its other work in the background.
os.environ["DD_TRACE_ENABLED"] = "false"
os.environ["DD_INSTRUMENTATION_TELEMETRY_ENABLED"] = "false"

VERSION = sys.version_info[:2]
# The tool ids of sys.monitoring that are unlikely to be in use.
C_TOOL, PYTHON_TOOL = 3, 4


class AbsentError(Exception):
    """A way that cannot be gone here, and why."""


@dataclass
class Counted:
    """A function whose calls are counted."""

    # What to call in its place: the function itself, or a wrapper.
    called: Callable[..., object]
    # None if the peer does not report it.
    hits: Callable[[], int] | None
    # Only for peers that count in the whole process: whether they do.
    switch: Callable[[bool], None] | None = None


# One table for all functions, as a real tool would have.
HITS: dict[object, int] = {}


def hook(key: object) -> None:
    """Count a call."""
    HITS[key] += 1


def counted_in_table(called: Callable[..., object], key: object) -> Counted:
    """Let the hook count under that key."""
    HITS[key] = 0
    return Counted(called, lambda: HITS[key])


def with_limit(function: FunctionType, probe_type: str = "Probe") -> Counted:
    """Put the probe in C where instrsh has put its hook, in the very same bytecode."""
    probe = getattr(importlib.import_module("limit"), probe_type)()
    code = function.__code__
    constants = tuple(
        probe if type(it).__name__ == "instrumentation_hook" else it
        for it in code.co_consts
    )
    return Counted(made_of(code.replace(co_consts=constants)), lambda: probe.hits)


def made_of(code: CodeType) -> FunctionType:
    """Make a function as a `def` does: since 3.13 calls of no other are specialised."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    maker = compile("def function(): pass", "<made>", "exec")
    constants = tuple(
        code if isinstance(it, CodeType) else it for it in maker.co_consts
    )
    exec(maker.replace(co_consts=constants), namespace)
    function = namespace["function"]
    assert isinstance(function, FunctionType)
    return function


def with_wrapper(function: FunctionType) -> Counted:
    """Wrap it in a function."""
    hits = 0

    @functools.wraps(function)
    def wrapper(*arguments: object, **named: object) -> object:
        nonlocal hits
        hits += 1
        return function(*arguments, **named)

    return Counted(wrapper, lambda: hits)


def with_wrapt(function: FunctionType) -> Counted:
    """Wrap it in a `wrapt.FunctionWrapper`."""
    wrapt = importlib.import_module("wrapt")
    hits = 0

    def wrapper(
        wrapped: FunctionType,
        _instance: object,
        arguments: tuple[object, ...],
        named: dict[str, object],
    ) -> object:
        nonlocal hits
        hits += 1
        return wrapped(*arguments, **named)

    return Counted(wrapt.FunctionWrapper(function, wrapper), lambda: hits)


def with_bytecode(function: FunctionType) -> Counted:
    """Put a call of a hook behind RESUME with the package `bytecode`."""
    bytecode = importlib.import_module("bytecode")
    instruction = bytecode.Instr
    load = [instruction("LOAD_CONST", hook)]
    null = [instruction("PUSH_NULL")]
    call = [instruction("CALL", 1), instruction("POP_TOP")]
    if VERSION == (3, 11):
        call.insert(0, instruction("PRECALL", 1))
    name = instruction("LOAD_CONST", function.__name__)
    head = load + null if VERSION >= (3, 13) else null + load
    code = bytecode.Bytecode.from_code(function.__code__)
    names = [getattr(it, "name", None) for it in code]
    behind = names.index("RESUME") + 1
    code[behind:behind] = [*head, name, *call]
    function.__code__ = code.to_code()
    return counted_in_table(function, function.__name__)


def with_ddtrace(function: FunctionType) -> Counted:
    """Inject a call of a hook on the first line, as ddtrace's probes do."""
    injection = importlib.import_module("ddtrace.internal.bytecode_injection")
    name = f"ddtrace {function.__name__}"
    injection.inject_hook(function, hook, function.__code__.co_firstlineno + 1, name)
    return counted_in_table(function, name)


def with_slipcover(function: FunctionType) -> Counted:
    """Insert slipcover's probe, which does not tell how often it was called."""
    if VERSION > (3, 11):
        raise AbsentError("uses sys.monitoring from 3.12 on")
    bytecode = importlib.import_module("slipcover.bytecode")
    probe = importlib.import_module("slipcover.probe")
    slipcover = importlib.import_module("slipcover.slipcover").Slipcover()
    code = function.__code__
    editor = bytecode.Editor(code)
    # It removes itself after this number of calls.
    tracker = probe.new(slipcover, code.co_filename, 1, 1 << 30)
    signal, argument = editor.add_const(probe.signal), editor.add_const(tracker)
    opcode = importlib.import_module("opcode")
    behind = code.co_code[::2].index(opcode.opmap["RESUME"]) * 2 + 2
    editor.insert_function_call(behind, signal, (argument,))
    function.__code__ = editor.finish()
    return Counted(function, None)


def monitored(
    function: FunctionType, tool: int, callback: Callable[..., object]
) -> None:
    """Have a callback called at each start of the function."""
    if sys.version_info < (3, 12):
        raise AbsentError("sys.monitoring is there from 3.12 on")
    monitoring = sys.monitoring
    if monitoring.get_tool(tool) is None:
        monitoring.use_tool_id(tool, f"benchmark {tool}")
        monitoring.register_callback(tool, monitoring.events.PY_START, callback)
    monitoring.set_local_events(tool, function.__code__, monitoring.events.PY_START)


def no_more_monitored(function: FunctionType, tool: int) -> None:
    """Have the callback called no more."""
    if sys.version_info >= (3, 12):
        sys.monitoring.set_local_events(tool, function.__code__, 0)


def with_monitoring_in_c(function: FunctionType) -> Counted:
    """Have a callback in C add to one number for all functions."""
    limit = importlib.import_module("limit")
    monitored(function, C_TOOL, limit.count_start)
    return Counted(function, limit.starts)


def count_code(code: CodeType, _offset: int) -> None:
    """Count a start, by identity: the hash of a code object is dear."""
    HITS[id(code)] += 1


def with_monitoring(function: FunctionType) -> Counted:
    """Have a callback in Python add to the number of the code object."""
    monitored(function, PYTHON_TOOL, count_code)
    return counted_in_table(function, id(function.__code__))


def with_tracing(
    function: FunctionType, switch: Callable[[Callable[..., None] | None], None]
) -> Counted:
    """Have sys.setprofile or sys.settrace call back, for all calls of the thread."""
    own_code = id(function.__code__)

    def callback(frame: FrameType, event: str, argument: object) -> None:
        code = id(frame.f_code)
        if event == "call" and code in HITS:
            HITS[code] += 1

    counted = counted_in_table(function, own_code)
    counted.switch = lambda on: switch(callback if on else None)
    return counted


WAYS: dict[str, Callable[[FunctionType], Counted]] = {
    "limit": with_limit,
    "monitoring_c": with_monitoring_in_c,
    "slipcover": with_slipcover,
    "bytecode": with_bytecode,
    "ddtrace": with_ddtrace,
    "wrapper": with_wrapper,
    "monitoring": with_monitoring,
    "setprofile": lambda function: with_tracing(function, sys.setprofile),
    "settrace": lambda function: with_tracing(function, sys.settrace),
    "wrapt": with_wrapt,
}
