"""Runs a shell, adopts the program that it leaves behind, and says how both end."""

import ctypes
import os
import sys

PR_SET_CHILD_SUBREAPER = 36

ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
shell = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
print("shell", shell, file=sys.stderr, flush=True)
os.close(0)
while True:
    try:
        process, status = os.wait()
    except ChildProcessError:
        break
    name = "shell" if process == shell else "program"
    print(name, "ended", os.waitstatus_to_exitcode(status), file=sys.stderr, flush=True)
