"""Has so many callables that they are not all read each time, and changes some when it is told to."""

import sys

exec("\n".join(f"def function_{number}(): pass" for number in range(40_000)))


class Changing:
    def stays(self): pass

    class Inner:
        pass


CHANGES = [
    "def changing_a(): pass",
    "Changing.added = changing_a",
    "Changing.Inner.added = Changing.added",
    "async def changing_a(): pass",
    "del Changing.Inner.added",
    "del changing_a",
    "changing_b = Changing.added",
]

for change in CHANGES:
    sys.stderr.write("ready\n")
    with open(sys.argv[1]) as pipe:
        pipe.read()
    exec(change)
sys.stderr.write("ready\n")
with open(sys.argv[1]) as pipe:
    pipe.read()
