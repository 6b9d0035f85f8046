"""Forked children live on to ends of their own."""

#: arguments
#: arguments strict

import atexit
import os
import sys
import threading
import warnings

if "strict" in sys.argv:
    warnings.simplefilter("error")
print(warnings.filters, sys.warnoptions)
atexit.register(lambda: print("handler of", role, flush=True))
role = "the parent"


def fork(name, body):
    sys.stdout.flush()
    global role
    child = os.fork()
    if child == 0:
        role = name
        body()
    else:
        _, status = os.waitpid(child, 0)
        print(name, "ended with", os.waitstatus_to_exitcode(status))
    return child


def fail():
    raise ValueError("in a child")


def outlive():
    threading.Thread(target=threading.main_thread().join).start()
    print(threading.enumerate()[0].name, len(threading.enumerate()))
    sys.exit("gone")


fork("one that exits", lambda: sys.exit(3))
fork("one that is gone at once", lambda: os._exit(4))
fork("one that is killed", os.abort)
if "strict" not in sys.argv:
    fork("one that has a thread", outlive)
if role == "the parent":
    fork("one that forks", lambda: fork("a grandchild", sys.exit))
if role == "the parent" and fork("one that fails", fail):
    fork("one that goes on", lambda: None)
print("the end of", role)
