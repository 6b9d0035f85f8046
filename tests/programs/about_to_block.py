"""Tells that it is about to block, is busy for a while, and blocks: in one piece of C that holds the
interpreter and does not look at signals."""

import ctypes
import functools
import operator
import time

TELL = b"about to block\n"

libc = ctypes.PyDLL(None)
libc.popen.restype, libc.pclose.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
chain = [
    functools.partial(libc.write, 2, TELL, len(TELL)),
    functools.partial(libc.pclose, libc.popen(b"sleep 0.3", b"r")),
    functools.partial(time.sleep, 1000),
]
try:
    list(map(operator.call, chain))
except KeyboardInterrupt:
    print("interrupted", flush=True)
