"""Does not get to the end of its import."""

import threading


def before():
    return 0


print("ready", flush=True)
threading.Event().wait()


def function():
    return 1
