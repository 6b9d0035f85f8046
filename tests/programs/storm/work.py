"""Calls every function and checks what each gives, once a turn."""

from collections import deque

import functions as f

TOGETHER = [2, [0, 1, 2], [0, 11, "caught"], "later"]
# Longer than a turn: suspended in one, and resumed in others, whatever was patched meanwhile.
LIVES = 20


def check(got, expected):
    if got != expected:
        raise AssertionError(f"{got!r} instead of {expected!r}")


def by_hand(coroutine):
    """Runs a coroutine without a loop."""
    try:
        while True:
            coroutine.send(None)
    except StopIteration as end:
        return end.value


class Work:
    """What one thread does, and the generators that it keeps suspended."""

    def __init__(self):
        self.turns = 0
        self.suspended = deque()
        self.asleep = deque()

    def turn(self):
        self.functions()
        self.methods()
        self.exceptions()
        self.generators()
        check(by_hand(f.together()), TOGETHER)
        self.wake_up()
        self.turns += 1

    def functions(self):
        check(f.plain(1), 6)
        check(f.plain(1, 2, 3, c=4, d=5), 11)
        check(f.recursive(5), 5)
        check(f.loop_first(3), 1)
        check(f.matched({"key": [7, 8]}), 7)
        check(f.matched("word"), "text")
        check(f.doubled(4), 8)
        check([f.add_one(1), f.add_two(1), f.adder(3)(1)], [2, 3, 4])
        check(f.squared(self.turns), self.turns**2)
        check(f.long(1), sum(range(1000, 1300)))

    def methods(self):
        shape = f.Derived.made(3)
        check([shape.method(), shape.static(2), shape.area, shape(4)], [4, 2, 9, 7])
        check([f.Base(1).method(), f.Derived.Inner().method()], [1, "inner"])
        check(sorted([shape, f.Derived(1)])[0] is shape, False)
        with shape as entered:
            check(entered is shape, True)
            f.raising(1)
        f.Finalised()

    def exceptions(self):
        check(f.catching(4), 7)
        check(f.catching_groups(), ["value", "key"])
        check(f.returning_in_finally(), "swallowed")
        with f.managed(5) as value:
            check(value, 5)
            f.passing_on(2)

    def generators(self):
        check(list(f.delegating(3)), [0, 1, 2])
        generator = f.answering()
        check([next(generator), generator.throw(ValueError)], ["ready", "caught"])
        generator.close()
        # Forgotten at once, before its body starts and after.
        f.answering()
        next(f.answering())

    def wake_up(self):
        """Goes on with a generator and a coroutine of earlier turns, and begins new ones."""
        if len(self.suspended) < LIVES:
            self.suspended.append((f.delegating(LIVES), LIVES))
        generator, left = self.suspended.popleft()
        try:
            generator.send(None if left == LIVES else 1)
            self.suspended.append((generator, left - 1))
        except StopIteration as end:
            check([left, end.value], [0, LIVES])
        if len(self.asleep) < LIVES:
            self.asleep.append(f.awaiting(1))
        coroutine = self.asleep.popleft()
        try:
            coroutine.send(None)
            self.asleep.append(coroutine)
        except StopIteration as end:
            check(end.value, 2)

    def finish(self):
        """Ends what is suspended."""
        for generator, _ in self.suspended:
            generator.close()
        for coroutine in self.asleep:
            coroutine.close()
        self.suspended.clear()
        self.asleep.clear()
