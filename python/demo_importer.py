"""Imports the demo program out of the binary: its modules are texts, not files.

The shell runs this in a namespace of its own and calls `install` before the demo.
"""

import sys
import threading
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType, TracebackType

# What `__main__` was found by.
MAIN = "instrumenting_app.__main__"


class DemoImporter:
    """A finder and loader; `linecache` reads source lines through it."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        """Take the text of each file, by a path like `instrumenting_app/loop.py`."""
        self.sources = sources

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
                origin = f"<instrsh>/{file}"
                spec = ModuleSpec(name, self, origin=origin, is_package=is_package)
                spec.has_location = True
                spec.loader_state = self.sources[file]
                return spec
        return None

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave making the module to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the code of a module."""
        exec(self.get_code(module.__name__), module.__dict__)

    def get_source(self, name: str) -> str:
        """Give the text of a module, for tracebacks and disassemblies."""
        return str(self._spec(name).loader_state)

    def get_code(self, name: str) -> CodeType:
        """Compile a module."""
        origin = str(self._spec(name).origin)
        return compile(self.get_source(name), origin, "exec", dont_inherit=True)

    def is_package(self, name: str) -> bool:
        """Say whether a module has modules of its own."""
        return self._spec(name).submodule_search_locations is not None

    def _spec(self, name: str) -> ModuleSpec:
        spec = self.find_spec(MAIN if name == "__main__" else name)
        if spec is None:
            raise ImportError(f"no module {name!r} in the demo", name=name)
        return spec


def show_exception(
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    """Print a traceback with source lines, which C code would seek in files only."""
    import traceback  # takes long, for what seldom happens  # noqa: PLC0415

    traceback.print_exception(kind, error, trace)


def install(sources: Mapping[str, str]) -> None:
    """Make the demo importable, and its tracebacks readable."""
    sys.meta_path.insert(0, DemoImporter(sources))
    sys.excepthook = show_exception
    threading.excepthook = lambda thrown: show_exception(
        thrown.exc_type, thrown.exc_value, thrown.exc_traceback
    )
