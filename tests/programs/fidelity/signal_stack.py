"""Handlers run on the thread's own stack, which is deep enough for some that interrupt each other."""

import ctypes
import threading


class Stack(ctypes.Structure):
    _fields_ = [("at", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t)]


def tell_stack():
    stack = Stack()
    ctypes.CDLL(None).sigaltstack(None, ctypes.byref(stack))
    print(stack.at, stack.flags, stack.size, flush=True)


tell_stack()
thread = threading.Thread(target=tell_stack)
thread.start()
thread.join()
