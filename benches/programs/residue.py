"""Calls functions that were never patched, are patched, or were patched.

`benches/residue.rs` does that. Arguments behind those of every program: sets, rounds.
"""

from measuring import ARGUMENTS, Subject, measure, wait_for_the_shell, warm_up

CASES = ["never", "control", "patched", "undone", "by_hand"]
SETS, ROUNDS = map(int, ARGUMENTS)

subjects = [Subject(case, number) for number in range(SETS) for case in CASES]
# A symbol path leads to an entry of the module's namespace.
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
measure(subjects, ROUNDS)
