"""The ways to patch a function that instrsh is measured beside.

Each takes a function and puts a call of `hook` at its start.
"""

import importlib
import opcode
import os
import sys
from collections.abc import Callable
from types import FunctionType

# Only ddtrace's patching is measured, not its other work in the background.
os.environ["DD_TRACE_ENABLED"] = "false"
os.environ["DD_INSTRUMENTATION_TELEMETRY_ENABLED"] = "false"

VERSION = sys.version_info[:2]

Patcher = Callable[[FunctionType], None]


def hook(name: str) -> None:
    """Stand for what a hook in Python does."""


def replace() -> Patcher:
    """Do the least that a patch must do: a new code object takes its place."""

    def patch(function: FunctionType) -> None:
        function.__code__ = function.__code__.replace()

    return patch


def splice() -> Patcher:
    """Exchange all that a hook changes, decode nothing: CPython's part of a patch.

    The hook stands behind the first instruction and its caches, and the tables are not
    adapted: nobody calls the function.
    """
    names = ["LOAD_CONST", "UNARY_INVERT", "POP_TOP"]
    units = bytes(unit for name in names for unit in (opcode.opmap[name], 0))
    cache = opcode.opmap["CACHE"]

    def patch(function: FunctionType) -> None:
        code = function.__code__
        before, behind = code.co_code, 2
        while before[behind] == cache:
            behind += 2
        function.__code__ = code.replace(
            co_code=before[:behind] + units + before[behind:],
            co_consts=(*code.co_consts, hook),
            co_linetable=code.co_linetable + b"\xfa",
            co_exceptiontable=code.co_exceptiontable,
            co_stacksize=code.co_stacksize + 1,
        )

    return patch


def slipcover() -> Patcher:
    """Use the editor of slipcover."""
    if VERSION > (3, 11):
        raise ImportError("uses sys.monitoring from 3.12 on")
    editor_of = importlib.import_module("slipcover.bytecode").Editor
    resume = opcode.opmap["RESUME"]

    def patch(function: FunctionType) -> None:
        editor = editor_of(function.__code__)
        called, name = editor.add_const(hook), editor.add_const(function.__qualname__)
        behind = function.__code__.co_code[::2].index(resume) * 2 + 2
        editor.insert_function_call(behind, called, (name,))
        function.__code__ = editor.finish()

    return patch


def bytecode() -> Patcher:
    """Use the package `bytecode`."""
    package = importlib.import_module("bytecode")
    instruction = package.Instr
    load = [instruction("LOAD_CONST", hook)]
    null = [instruction("PUSH_NULL")]
    head = load + null if VERSION >= (3, 13) else null + load
    call = [instruction("CALL", 1), instruction("POP_TOP")]
    if VERSION == (3, 11):
        call.insert(0, instruction("PRECALL", 1))

    def patch(function: FunctionType) -> None:
        code = package.Bytecode.from_code(function.__code__)
        names = [getattr(it, "name", None) for it in code]
        behind = names.index("RESUME") + 1
        code[behind:behind] = [
            *head,
            instruction("LOAD_CONST", function.__qualname__),
            *call,
        ]
        function.__code__ = code.to_code()

    return patch


def ddtrace() -> Patcher:
    """Do what ddtrace's dynamic instrumentation does."""
    inject_hook = importlib.import_module(
        "ddtrace.internal.bytecode_injection"
    ).inject_hook

    def patch(function: FunctionType) -> None:
        first = function.__code__.co_firstlineno
        lines = (line for *_, line in function.__code__.co_lines() if line)
        line = next((line for line in lines if line > first), first)
        inject_hook(function, hook, line, function.__qualname__)

    return patch


PATCHERS: dict[str, Callable[[], Patcher]] = {
    "replace": replace,
    "splice": splice,
    "slipcover": slipcover,
    "bytecode": bytecode,
    "ddtrace": ddtrace,
}
