"""Calls functions of several kinds all the time; tells how many blocks of memory Python has in use.

Each word that it reads from a pipe asks for that, but the word `end`.
"""

import gc
import sys
import threading
import time
from pathlib import Path


def plain():
    pass


def caught():
    try:
        raise LookupError
    except LookupError:
        pass


def generator():
    yield 1


def closed(cell=None):
    return lambda: cell


async def coroutine():
    pass


class Class:
    def method(self):
        pass

    @classmethod
    def of_class(cls):
        pass

    @staticmethod
    def static():
        pass

    @property
    def value(self):
        pass

    def __call__(self):
        pass


instance = Class()


def call():
    plain()
    caught()
    list(generator())
    closed()
    coroutine().close()
    instance.method()
    Class.of_class()
    Class.static()
    _ = instance.value
    instance()


def run():
    while not told_to_end:
        for _ in range(10):
            call()
        # Lets go of the interpreter.
        time.sleep(0)


told_to_end = False
thread = threading.Thread(target=run)
thread.start()
print("ready", flush=True)
while (word := Path(sys.argv[1]).read_text()) != "end":
    gc.collect()
    print(sys.getallocatedblocks(), flush=True)
told_to_end = True
