"""Copies of functions of the standard library, each with a code object of its own."""

import importlib
import itertools
from collections.abc import Iterator
from inspect import isgeneratorfunction
from types import FunctionType, ModuleType

MODULES = """
argparse ast asyncio.base_events asyncio.streams asyncio.tasks base64 bdb calendar cmd
codecs collections configparser contextlib copy csv dataclasses difflib dis doctest
email.header email.message enum fractions ftplib functools gettext gzip heapq
html.parser http.client http.cookies imaplib inspect ipaddress json.decoder
json.encoder locale logging.config logging.handlers mailbox mimetypes
multiprocessing.managers multiprocessing.pool optparse pathlib pdb pickle pickletools
platform plistlib pprint pstats queue random selectors shelve shlex shutil smtplib
socket socketserver ssl statistics string subprocess tarfile tempfile textwrap
threading tokenize trace traceback tracemalloc types typing unittest.case
unittest.mock urllib.parse urllib.request uuid weakref xml.dom.minidom xml.sax.handler
xmlrpc.client zipfile
""".split()  # noqa: SIM905


def _functions(holder: ModuleType | type, module: str) -> Iterator[FunctionType]:
    prefix = getattr(holder, "__qualname__", "")
    for held in vars(holder).values():
        function = getattr(held, "__func__", getattr(held, "fget", held))
        if getattr(function, "__module__", None) != module:
            continue
        if isinstance(function, type) and function.__qualname__.startswith(prefix):
            yield from _functions(function, module)
        # The peers cannot all find the start of a generator.
        elif isinstance(function, FunctionType) and not isgeneratorfunction(function):
            yield function


def _originals() -> list[FunctionType]:
    found: dict[int, FunctionType] = {}
    for name in MODULES:
        module = importlib.import_module(name)
        for function in _functions(module, name):
            found.setdefault(id(function.__code__), function)
    return list(found.values())


ORIGINALS = _originals()


def clones(number: int) -> list[FunctionType]:
    """So many new functions, which take turns to be copies of each original."""
    return [_clone(it) for it in itertools.islice(itertools.cycle(ORIGINALS), number)]


def _clone(original: FunctionType) -> FunctionType:
    clone = FunctionType(
        original.__code__.replace(),
        original.__globals__,
        original.__name__,
        original.__defaults__,
        original.__closure__,
    )
    clone.__module__ = "__main__"
    return clone
