"""Imports the demo program from the binary: its modules are not files.

The shell runs this in its own namespace and calls `install` before the demo.
"""

import marshal
import sys
import threading
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import MAGIC_NUMBER
from types import CodeType, ModuleType, TracebackType

# The magic number of the bytecode; the text of each file, by a path like
# `instrumenting_app/loop.py`; and the code objects by the same paths, marshalled apart,
# since another Python must not load them.
Packed = tuple[bytes, dict[str, str], bytes]

# What `__main__` was found by.
MAIN = "instrumenting_app.__main__"


class DemoImporter:
    """A finder and loader; `linecache` reads source lines through it."""

    def __init__(
        self, sources: Mapping[str, str], codes: Mapping[str, CodeType]
    ) -> None:
        """Take the text of each file, and the code objects that there are."""
        self.sources = sources
        self.codes = codes

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find a module or a package."""
        stem = name.replace(".", "/")
        for file in (f"{stem}.py", f"{stem}/__init__.py"):
            if file in self.sources:
                is_package = file.endswith("/__init__.py")
                origin = _origin(file)
                spec = ModuleSpec(name, self, origin=origin, is_package=is_package)
                spec.has_location = True
                spec.loader_state = file
                return spec
        return None

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave making the module to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the code of a module."""
        exec(self.get_code(module.__name__), module.__dict__)

    def get_source(self, name: str) -> str:
        """Give the text of a module, for tracebacks and disassemblies."""
        return self.sources[self._file(name)]

    def get_code(self, name: str) -> CodeType:
        """Give the code object of a module."""
        file = self._file(name)
        return self.codes.get(file) or self.compile(file)

    def is_package(self, name: str) -> bool:
        """Say whether a module has modules of its own."""
        return self._file(name).endswith("/__init__.py")

    def compile(self, file: str) -> CodeType:
        """Compile a file."""
        return compile(self.sources[file], _origin(file), "exec", dont_inherit=True)

    def _file(self, name: str) -> str:
        spec = self.find_spec(MAIN if name == "__main__" else name)
        if spec is None:
            raise ImportError(f"no module {name!r} in the demo", name=name)
        return str(spec.loader_state)


def _origin(file: str) -> str:
    return f"<instrsh>/{file}"


def show_exception(
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    """Print a traceback with source lines, which C code would seek in files only."""
    import traceback  # takes long, for what seldom happens  # noqa: PLC0415

    traceback.print_exception(kind, error, trace)


def install(packed: bytes) -> None:
    """Make the demo importable, and its tracebacks readable."""
    contents: Packed = marshal.loads(packed)
    magic, sources, marshalled = contents
    # Compiled for another Python, or without what its options ask for, it is of no use.
    is_fit = magic == MAGIC_NUMBER and not sys.flags.optimize
    codes = marshal.loads(marshalled) if is_fit else {}
    sys.meta_path.insert(0, DemoImporter(sources, codes))
    sys.excepthook = show_exception
    threading.excepthook = lambda thrown: show_exception(
        thrown.exc_type, thrown.exc_value, thrown.exc_traceback
    )
