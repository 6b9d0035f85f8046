"""Keeps counts of its calls for two modules in one dictionary, in no order and beside other things."""

import sys
from types import ModuleType

__call_counts__ = {
    "__main__:gamma": 3,
    "other:alpha": 40,
    "no_module:alpha": 7,
    "__main__:alpha": 1,
    5: 5,
    "__main__:beta": "many",
    "other:beta": 50,
    "stranger:alpha": 9,
}


def alpha() -> None:
    pass


def beta() -> None:
    pass


def gamma() -> None:
    pass


def keeps_counts(name: str, counts: dict[object, object]) -> None:
    module = ModuleType(name)
    exec("def alpha(): pass\ndef beta(): pass\n", module.__dict__)
    module.__call_counts__ = counts
    sys.modules[name] = module


keeps_counts("other", __call_counts__)
keeps_counts("stranger", {"stranger:beta": 90, "other:alpha": 1000})
