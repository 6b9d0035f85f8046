"""The program's own count of the calls of each callable."""

from collections.abc import Callable
from threading import Lock


class CallCounts(dict[str, int]):
    """Symbol path → calls; a real dict, so that C reads it without running Python."""

    def __init__(self) -> None:
        """Start without callables."""
        super().__init__()
        self._lock = Lock()

    def counter(self, module: str) -> Callable[[str], None]:
        """Return what counts one call of a callable of `module`, by qualified name."""

        def count(qualname: str) -> None:
            with self._lock:
                self[f"{module}:{qualname}"] += 1

        return count


CALL_COUNTS = CallCounts()
