"""Calls functions that were never patched, are patched, or were patched.

`benches/residue.rs` does that. Arguments: a pipe to read from before
each step, and where the results go.
"""

import sys
from pathlib import Path

from measuring import Subject, measure, warm_up

CASES = ["never", "control", "patched", "undone", "by_hand"]
SETS = 50
ROUNDS = 200


def wait_for_the_shell(what: str) -> None:
    """Tell the shell what may be done now, and wait until it is."""
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()
    Path(sys.argv[1]).read_text()


subjects = [Subject(case, number) for number in range(SETS) for case in CASES]
# What a symbol path leads to stands in the namespace of the module.
globals().update({subject.function.__name__: subject.function for subject in subjects})

warm_up(subjects)
wait_for_the_shell("ready to be patched")
originals = {}
for subject in subjects:
    if subject.case == "by_hand":
        originals[subject] = subject.function.__code__
        subject.function.__code__ = subject.function.__code__.replace()
warm_up(subjects)
wait_for_the_shell("ready to be unpatched")
for subject, code in originals.items():
    subject.function.__code__ = code
measure(subjects, ROUNDS, Path(sys.argv[2]))
