"""Runs crafted functions as they are and with the token of `Probe::Time`, and compares what is seen.

`run` is given `rewrite`, which makes timed code of a code object and a hook. The hook is a stand-in,
in Python, for the native one.
"""

import dis
import gc
import itertools
import sys
import types

import asynchronous
import frames
import generators
import plain
from looks import LOOKS, alone

# How often a loop goes round before it is interrupted is chance.
ONLY_ALONE = {frames.case_interrupted}
# A generator expression is called before it is a generator.
IDLES = sys.version_info >= (3, 15)
CASES = [
    function
    for module in (plain, frames, generators, asynchronous)
    for name, function in vars(module).items()
    if name.startswith("case_")
]


class Token:
    """One call. It complains about whatever a native token must not be asked for."""

    def __init__(self, hook, state):
        self.hook = hook
        self.state = state
        self.log = [state]
        hook.tokens.append(self.log)

    def __invert__(self):
        self.to("running")
        return self

    def __neg__(self):
        if self.state == "idle":
            self.hook.complaints.append("an idle token is suspended")
        self.to("suspended")
        return self

    def __del__(self):
        frame = sys._getframe(1)
        if frame.f_code is not self.hook.code or not returns_next(frame):
            self.log.append("dropped in " + self.state)
        elif self.state == "idle":
            self.hook.complaints.append("an idle token returns")
        else:
            self.to("returned")

    def awaits_its_turn(self):
        return self.state in {"idle", "suspended"}

    def to(self, state):
        if self.state == "returned":
            self.hook.complaints.append(f"{state} after it returned")
        self.state = state
        self.log.append(state)


def returns_next(frame):
    """Whether the instruction that runs drops the token before a return."""
    running, *following = (it.opname for it in instructions(frame.f_code, frame.f_lasti))
    return running == "POP_TOP" and following[0] in {"RETURN_VALUE", "RETURN_CONST"}


def instructions(code, offset):
    """The one at an offset and the next."""
    found = (it for it in dis.get_instructions(code) if it.offset >= offset)
    return itertools.islice((it for it in found if it.opname != "EXTENDED_ARG"), 2)


class Hook:
    """Makes the token of each call of one function."""

    code = None

    def __init__(self):
        self.tokens = []
        self.complaints = []

    def __invert__(self):
        return Token(self, "running")

    def __neg__(self):
        return Token(self, "idle")


def timed(code, rewrite, hooks):
    """The code object with tokens, in it and in those within it."""
    constants = tuple(
        timed(it, rewrite, hooks) if isinstance(it, types.CodeType) else it for it in code.co_consts
    )
    code = code.replace(co_consts=constants)
    if not code.co_flags & 1:
        return code
    hook = hooks[code.co_qualname] = Hook()
    hook.code = rewrite(code, hook)
    return hook.code


def complaints(name, hook):
    """What the tokens of a function were asked for in the wrong order, and how they ended."""
    yield from hook.complaints
    for log in hook.tokens:
        if (log[0] == "idle") != (IDLES and name.endswith("<genexpr>")):
            yield f"a token begins at the wrong time: {log}"
        ends = [it for it in log if it == "returned" or it.startswith("dropped")]
        if ends != log[-1:]:
            yield f"a token does not end once, at last: {log}"
        for state, following in itertools.pairwise(log):
            if state == "suspended" and following in {"suspended", "returned"}:
                yield f"a token was not resumed: {log}"


def check(case, rewrite):
    """Compare a case with and without tokens; yield what differs."""
    for look in [alone] if case in ONLY_ALONE else LOOKS:
        before = looked(look, case)
        hooks = {}
        patched = [case, frames.jumps]
        originals = [function.__code__ for function in patched]
        for function in patched:
            function.__code__ = timed(function.__code__, rewrite, hooks)
        try:
            after = looked(look, case)
        finally:
            for function, code in zip(patched, originals, strict=True):
                function.__code__ = code
        where = f"{case.__name__}, {look.__name__}"
        for what in before:
            if before[what] != after[what]:
                yield f"{where}: {what}{difference(before[what], after[what])}"
        if not hooks[case.__name__].tokens:
            yield f"{where}: no token"
        for name, hook in hooks.items():
            yield from (f"{where}: {name}: {complaint}" for complaint in complaints(name, hook))


def looked(look, case):
    """What a case gives, what is seen of it, and what its destructors raise."""
    unraisable = []
    before = sys.unraisablehook
    sys.unraisablehook = lambda it: unraisable.append(repr(it.exc_value))
    try:
        found, events = look(case)
        gc.collect()
    finally:
        sys.unraisablehook = before
    return {"results": found, "events": events, "unraisable": unraisable}


def difference(one, other):
    """The first place where two sequences differ."""
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        for index, (left, right) in enumerate(zip(one, other, strict=False)):
            if left != right:
                return f"[{index}]{difference(left, right)}"
        if len(one) != len(other):
            return f" {len(one)} and {len(other)}: {one[len(other):] or other[len(one):]}"
    return f": {one!r}, not {other!r}"


def run(rewrite):
    """All that is wrong."""
    gc.disable()  # Tokens are objects here, so that it would run at other moments.
    try:
        return [it for case in CASES for it in check(case, rewrite)]
    finally:
        gc.enable()
