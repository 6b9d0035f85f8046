"""A signal in a hot loop of patched calls: an ordinary traceback, with the lines of the program."""

import collections
import signal
import sys
import traceback

# Where it strikes is a matter of time; that it is a line of the program is not.
OBSERVERS = ["nobody"]
ENTRIES = collections.Counter()
PATCH = ["interrupted:strike", "interrupted:loop"]


def called():
    return 1


def loop():
    signal.setitimer(signal.ITIMER_REAL, 0.002)
    while True:
        called()


def strike():
    signal.raise_signal(signal.SIGINT)


def alarm(number, frame):
    raise KeyboardInterrupt


def places(error):
    """The functions of this file that a traceback goes through, with lines from the source."""
    with open(__file__) as file:
        source = file.read().splitlines()
    frames = [it for it in traceback.extract_tb(error.__traceback__) if it.filename == __file__]
    assert all(it.line == source[it.lineno - 1].strip() and it.colno is not None for it in frames), frames
    return [it.name for it in frames]


def main():
    handlers = signal.signal(signal.SIGINT, signal.default_int_handler)
    ENTRIES["interrupted:strike"] += 5
    for _ in range(5):
        try:
            strike()
        except KeyboardInterrupt as error:
            print(traceback.format_exc(), places(error))
    signal.signal(signal.SIGINT, handlers)
    handlers = signal.signal(signal.SIGALRM, alarm)
    for _ in range(20):
        ENTRIES["interrupted:loop"] += 1
        try:
            loop()
        except KeyboardInterrupt as error:
            names = places(error)
            assert names[:2] == ["main", "loop"] and names[-1] == "alarm", names
            assert names[2:-1] in ([], ["called"]), names
    signal.signal(signal.SIGALRM, handlers)
    print("interrupted")
