"""Functions: plain ones, one of each kind of parameter, and closures."""

from collections.abc import Callable

from instrumenting_app.call_counts import CALL_COUNTS

__call_counts__ = CALL_COUNTS
count = CALL_COUNTS.counter(__name__)


def func_0() -> None:
    count("func_0")


def func_1() -> None:
    count("func_1")


def func_2() -> None:
    count("func_2")


def func_3() -> None:
    count("func_3")


def func_4() -> None:
    count("func_4")


def func_5() -> None:
    count("func_5")


def func_6() -> None:
    count("func_6")


def func_7() -> None:
    count("func_7")


def func_8() -> None:
    count("func_8")


def func_9() -> None:
    count("func_9")


def with_default(x: int = 0) -> None:
    count("with_default")


def with_positional_only(x: int = 0, /) -> None:
    count("with_positional_only")


def with_keyword_only(*, x: int = 0) -> None:
    count("with_keyword_only")


def with_args(*args: int) -> None:
    count("with_args")


def with_kwargs(**kwargs: int) -> None:
    count("with_kwargs")


def with_all(x: int = 0, /, y: int = 0, *args: int, z: int = 0, **kwargs: int) -> None:
    count("with_all")


def _closure(name: str) -> Callable[[], None]:
    """Make a function with a free variable; all of them share one code object."""

    def closure() -> None:
        count(name)

    closure.__name__ = closure.__qualname__ = name
    return closure


closure_0 = _closure("closure_0")
closure_1 = _closure("closure_1")
closure_2 = _closure("closure_2")
