"""Imports the demo program out of the binary: its modules are texts, not files.

Run by the shell in a namespace of its own before the demo starts; `SOURCES` maps the path of each
file, like `instrumenting_app/loop.py`, to its text.
"""

import sys
import threading
import traceback
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType, TracebackType

SOURCES: dict[str, str]


class DemoImporter:
    """A finder and loader on `sys.meta_path`; `linecache` reads source lines through it."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find one of the modules in `SOURCES`."""
        stem = name.replace(".", "/")
        for filename, is_package in ((f"{stem}.py", False), (f"{stem}/__init__.py", True)):
            if filename in SOURCES:
                spec = ModuleSpec(name, self, origin=f"<instrsh>/{filename}", is_package=is_package)
                spec.has_location = True
                spec.loader_state = SOURCES[filename]
                return spec
        return None

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave making the module to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the code of a module."""
        exec(self.get_code(module.__name__), module.__dict__)

    def _spec(self, name: str) -> ModuleSpec:
        spec = self.find_spec(name)
        if spec is None:
            raise ImportError(f"no module {name!r} in the demo", name=name)
        return spec

    def get_source(self, name: str) -> str:
        """Give the text of a module, for tracebacks and disassemblies."""
        return str(self._spec(name).loader_state)

    def get_code(self, name: str) -> CodeType:
        """Compile a module."""
        return compile(self.get_source(name), str(self._spec(name).origin), "exec", dont_inherit=True)

    def is_package(self, name: str) -> bool:
        """Say whether a module has modules of its own."""
        return self._spec(name).submodule_search_locations is not None


def show_exception(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """Print a traceback with source lines, which Python's own printer seeks in files only."""
    traceback.print_exception(kind, error, trace)


sys.meta_path.insert(0, DemoImporter())
sys.excepthook = show_exception
threading.excepthook = lambda thrown: show_exception(
    thrown.exc_type, thrown.exc_value, thrown.exc_traceback
)
