"""Finds the callables of a module, and how to call each of them to its end."""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from time import sleep
from types import FunctionType, ModuleType

TYPE_CHECKING = False  # what `typing` says of itself, which takes long to import
if TYPE_CHECKING:
    from typing import Any

Thunk = Callable[[], object]

# Of `co_flags`, as in `inspect`, which takes longer to import than all of this program.
GENERATOR, COROUTINE, ASYNC_GENERATOR = 0x20, 0x80, 0x200


def callables(*modules: ModuleType) -> dict[str, Thunk]:
    """Map the symbol path of each public callable to a call without arguments."""
    return {
        f"{module.__name__}:{function.__qualname__}": _to_its_end(function, call)
        for module in modules
        for function, call in _functions(module, module.__name__)
    }


def _functions(
    owner: ModuleType | type, module: str
) -> "Iterator[tuple[Any, Callable[[], Any]]]":
    """Yield what a module or a class defines itself, and how to call it."""
    receiver = owner() if isinstance(owner, type) else owner
    for name, member in vars(owner).items():
        if name.startswith("_"):
            continue
        match member:
            case type(__module__=home) if home == module:
                yield from _functions(member, module)
            case FunctionType(__module__=home) if home == module:
                yield member, getattr(receiver, name)
            case classmethod() | staticmethod():
                yield member.__func__, getattr(receiver, name)
            case property():
                yield member.fget, partial(getattr, receiver, name)


def _to_its_end(function: FunctionType, call: "Callable[[], Any]") -> Thunk:
    """Complete a call that by itself would only make a generator or a coroutine."""
    flags = function.__code__.co_flags
    if flags & GENERATOR:
        return lambda: _exhaust(call())
    if flags & COROUTINE:
        return lambda: _finish(call)
    if flags & ASYNC_GENERATOR:
        return lambda: _finish(lambda: _exhaust_async(call()))
    return call


def _exhaust(generator: Iterator[object]) -> None:
    for _ in generator:
        pass


async def _exhaust_async(generator: AsyncIterator[object]) -> None:
    async for _ in generator:
        pass


def _finish(coroutine_function: "Callable[[], Any]") -> None:
    """Run a coroutine; no event loop needed, because it yields the seconds to wait."""
    try:
        # In one expression, so that Ctrl-C cannot leave it made but never awaited.
        seconds = (coroutine := coroutine_function()).send(None)
        while True:
            sleep(seconds)
            seconds = coroutine.send(None)
    except StopIteration:
        return
