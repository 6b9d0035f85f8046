"""Calls few and many functions in turn: never patched, patched, with the limit in C.

`benches/crowd.rs` patches them. Arguments behind those of every program: how many
are many, sets, rounds, and the folders that more modules are imported from.
"""

import sys

from measuring import ARGUMENTS, EMPTY, Crowd, measure, wait_for_the_shell
from peers import with_limit

many, sets, rounds, *folders = ARGUMENTS
sys.path += folders

crowds = [
    Crowd(f"{case}_{size}", number, int(size), EMPTY)
    for number in range(int(sets))
    for size in ["10", many]
    for case in ["never", "patched", "limit"]
]
for crowd in crowds:
    globals().update(crowd.functions)
wait_for_the_shell("ready to be patched")
absent = []
try:
    for crowd in crowds:
        if crowd.case.startswith("limit"):
            for name, function in crowd.functions.items():
                crowd.called[name] = with_limit(function).called
except ImportError as trouble:
    absent = [("limit", repr(trouble))]
    crowds = [crowd for crowd in crowds if not crowd.case.startswith("limit")]
measure(crowds, int(rounds), absent)
