"""Calls functions whose calls are counted or timed, in all ways at once.

`benches/hit.rs` and `benches/timed.rs` patch some of them. Arguments behind those of
every program: `count` or `time`, the shape of the functions, sets, rounds, and the
folders that more modules are imported from.
"""

import sys

from measuring import ARGUMENTS, SHAPES, Subject, measure, wait_for_the_shell
from peers import WAYS as COUNTING
from peers import AbsentError
from timers import OF_CALLS, OF_YIELDS

what, shape, sets, rounds, *folders = ARGUMENTS
sys.path += folders

TIMING = OF_YIELDS if shape == "yielding" else OF_CALLS
WAYS = COUNTING if what == "count" else TIMING
OWN = ["patched"] if what == "count" else ["patched", "timed"]
CALLS_CHECKED = SHAPES[shape].calls
absent: list[tuple[str, str]] = []


def subjects_of(case: str) -> list[Subject]:
    """Make one function for each set, where a symbol path finds it."""
    subjects = [Subject(case, number, SHAPES[shape]) for number in range(int(sets))]
    globals().update(
        {subject.function.__name__: subject.function for subject in subjects}
    )
    return subjects


def have_counted(way: str, subject: Subject) -> None:
    """Have the calls of a function counted in that way, and hold that each is."""
    counted = WAYS[way](subject.function)
    subject.called = counted.called
    subject.switch = counted.switch or subject.switch
    before = counted.hits() if counted.hits else 0
    subject.switch(True)
    call_for_a_check(subject)
    subject.switch(False)
    if counted.hits and counted.hits() - before != CALLS_CHECKED:
        raise AbsentError(f"counted {counted.hits() - before} of {CALLS_CHECKED} calls")


def call_for_a_check(subject: Subject) -> None:
    """Go through the caller once."""
    subject.call(subject.called, 1)


def in_one_way(way: str) -> list[Subject]:
    """Give the functions of that way, or none and keep the reason."""
    try:
        for subject in cases[way]:
            have_counted(way, subject)
    except Exception as trouble:
        # If a peer fails, the others are still measured.
        reason = str(trouble) if isinstance(trouble, AbsentError) else repr(trouble)
        absent.append((way, reason.replace("\n", " ")))
        return []
    return cases[way]


plain_cases = ["never", "control", *OWN]
cases = {case: subjects_of(case) for case in [*plain_cases, *WAYS]}
wait_for_the_shell("ready to be patched")
for case in OWN:
    for subject in cases[case]:
        call_for_a_check(subject)
wait_for_the_shell("ready to be counted")
counted = [subject for way in WAYS for subject in in_one_way(way)]
plain = [subject for case in plain_cases for subject in cases[case]]
measure([*plain, *counted], int(rounds), absent)
