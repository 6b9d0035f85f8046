"""Copies of functions of the standard library, each with a code object of its own."""

import importlib
import inspect
import itertools
from collections.abc import Iterator
from types import FunctionType, ModuleType

MODULES = """argparse ast asyncio.base_events asyncio.streams asyncio.tasks base64 bdb calendar cmd
codecs collections configparser contextlib copy csv dataclasses difflib dis doctest email.header
email.message enum fractions ftplib functools gettext gzip heapq html.parser http.client http.cookies
imaplib inspect ipaddress json.decoder json.encoder locale logging.config logging.handlers mailbox
mimetypes multiprocessing.managers multiprocessing.pool optparse pathlib pdb pickle pickletools
platform plistlib pprint pstats queue random selectors shelve shlex shutil smtplib socket
socketserver ssl statistics string subprocess tarfile tempfile textwrap threading tokenize trace
traceback tracemalloc types typing unittest.case unittest.mock urllib.parse urllib.request uuid
weakref xml.dom.minidom xml.sax.handler xmlrpc.client zipfile""".split()


def _functions(holder: ModuleType | type, module: str) -> Iterator[FunctionType]:
    for value in vars(holder).values():
        if isinstance(value, staticmethod | classmethod):
            value = value.__func__
        if isinstance(value, property):
            value = value.fget
        if isinstance(value, FunctionType) and value.__module__ == module:
            # The peers cannot all find the start of a generator.
            if not inspect.isgeneratorfunction(value):
                yield value
        elif isinstance(value, type) and value.__module__ == module:
            if value.__qualname__.startswith(getattr(holder, "__qualname__", "")):
                yield from _functions(value, module)


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
