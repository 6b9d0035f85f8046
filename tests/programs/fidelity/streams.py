"""Python, C and children write to the same streams, and read from the same."""

import ctypes
import os
import subprocess
import sys

print("buffered")
print("an error", file=sys.stderr)
os.write(1, b"by the descriptor\n")
sys.stdout.flush()
libc = ctypes.CDLL(None)
libc.puts(b"by C")
libc.fflush(None)
subprocess.run(["sh", "-c", "echo a child; echo its error >&2"])
print(repr(sys.stdin.readline()), repr(input("prompt: ")))
try:
    input()
except EOFError as error:
    print(repr(error))
sys.stdout.write("no end of line")
