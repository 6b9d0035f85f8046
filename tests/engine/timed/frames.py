"""Functions whose locals, closures and lines are looked at or changed from outside."""

import ctypes
import sys
import threading

from outcomes import outcome


def case_closures():
    def outer(x, *args, y=1, **keywords):
        def inner(z):
            nonlocal x
            x += z
            return lambda: (x, z, args, keywords, y)

        return inner

    class Base:
        def __init__(self, x):
            self.x = x

        def method(self, y):
            return self.x, y

        @property
        def value(self):
            return self.x

    class Derived(Base):
        def __init__(self):
            super().__init__(2)

        def method(self, y):
            try:
                return super().method(y), __class__
            finally:
                del y

    made = Derived()
    return outer(1, 2, a=3)(4)(), made.method(5)[0], made.value


def case_locals():
    def looks(x):
        y = 1
        return sorted(locals()), sys._getframe().f_lineno, sys._getframe().f_locals["y"]

    def unbound(x):
        if x:
            del x
        return x

    return looks(1)[0], looks(1)[2], outcome(unbound, 0), outcome(unbound, 1)


def jumps():
    a = 1
    a = 2
    for a in (3, 4):
        a += 1
    return a


def case_jumps():
    """A debugger sets the next line."""
    first = jumps.__code__.co_firstlineno
    found = []
    for from_line, to_line in ((2, 1), (4, 2), (4, 5), (2, 4), (5, 1)):
        done = []

        def local(frame, event, arg, from_line=from_line, to_line=to_line, done=done):
            if event == "line" and frame.f_lineno == first + from_line and not done:
                done.append(True)
                try:
                    frame.f_lineno = first + to_line
                except ValueError as error:
                    done.append(str(error))
            return local

        before = sys.gettrace()
        sys.settrace(lambda frame, *_: local if frame.f_code is jumps.__code__ else None)
        try:
            found.append((jumps(), done))
        finally:
            sys.settrace(before)
    return found


def case_interrupted():
    def spins():
        while True:
            pass

    def interrupt(thread):
        identity = ctypes.c_ulong(thread)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(identity, ctypes.py_object(KeyboardInterrupt))

    thread = threading.Thread(target=interrupt, args=[threading.get_ident()])
    try:
        thread.start()
        spins()
    except KeyboardInterrupt:
        return True
    finally:
        thread.join()
