"""What can be asked of a function without calling it."""

import copy
import dis
import functools
import inspect
import itertools
import operator
import pickle
import sys
import types

from behaviour_observers import is_hook, own_instructions

INSIDE = {
    property: "fget",
    functools.cached_property: "func",
    staticmethod: "__func__",
    classmethod: "__func__",
    types.MethodType: "__func__",
    functools.partial: "func",
    functools.partialmethod: "func",
    functools.singledispatchmethod: "func",
}
OF_CODE = [
    *("co_name", "co_qualname", "co_filename", "co_firstlineno", "co_flags", "co_names"),
    *("co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals"),
    *("co_varnames", "co_cellvars", "co_freevars"),
]
OF_FUNCTION = [
    *("__name__", "__qualname__", "__module__", "__doc__", "__defaults__", "__kwdefaults__"),
    *("__annotations__", "__annotate__", "__type_params__"),
]
QUESTIONS = [
    inspect.signature,
    inspect.getsource,
    inspect.getsourcelines,
    inspect.getdoc,
    inspect.isgeneratorfunction,
    inspect.iscoroutinefunction,
    inspect.isasyncgenfunction,
    inspect.getfullargspec,
    pickle.dumps,
    lambda function: copy.copy(function) is function,
    lambda function: copy.deepcopy(function) is function,
    lambda function: sorted(vars(function)),
    lambda function: inspect.getclosurevars(function).nonlocals.keys(),
    lambda function: hash(function) == object.__hash__(function),
]


def function_at(path):
    """The function that a symbol path means, found by other means than those of the shell."""
    module, _, names = path.partition(":")
    found = sys.modules[module]
    for name in names.split("."):
        if isinstance(found, property):
            found = {"setter": found.fset, "deleter": found.fdel}[name]
        elif isinstance(found, type) and name != "__annotate__":
            found = inspect.getattr_static(found, name)
        else:
            found = getattr(found, name)
    while not isinstance(found, types.FunctionType) or hasattr(found, "__wrapped__"):
        inside = next((INSIDE[kind] for kind in INSIDE if isinstance(found, kind)), "__wrapped__")
        found = getattr(found, inside, None) or type(found).__call__
    return found


def answer(question, function):
    try:
        return repr(question(function))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def constants(code):
    """Those of the code itself: the hook is the last one."""
    plain = [it for it in code.co_consts if not is_hook(it)]
    return [it.co_qualname if isinstance(it, types.CodeType) else it for it in plain]


def locations(code):
    """Each instruction of the code itself, with its place in the source."""
    return [(it.opname, tuple(it.positions or ())) for it in own_instructions(code).values()]


def inspection(callables):
    record = []
    for path, function in callables:
        code = function.__code__
        record.append(f"== answers about {path}")
        record += [f"{name} {getattr(code, name)!r}" for name in OF_CODE]
        attributes = map(operator.attrgetter, OF_FUNCTION)
        record += [f"{name} {answer(it, function)}" for name, it in zip(OF_FUNCTION, attributes)]
        record += [f"{number} {answer(it, function)}" for number, it in enumerate(QUESTIONS)]
        lines = [line for _, _, line in code.co_lines() if line is not None]
        record.append(f"lines {[line for line, _ in itertools.groupby(lines)]}")
        # 3.13 names the injected instructions here as what has no line, and the line behind again.
        starts = [line for _, line in dis.findlinestarts(code) if line]
        record.append(f"starts {[line for line, _ in itertools.groupby(starts)]}")
        record.append(f"locations {locations(code)}")
        record.append(f"constants {constants(code)}")
    return record
