"""The fault handler tells where the program was when it died, and before."""

#: python -X faulthandler
#: arguments dumps
#: arguments later
#: arguments registered
#: arguments segmentation
#: arguments aborted
#: arguments fatal
#: arguments overflown

import faulthandler
import os
import signal
import sys
import threading
import time


def dumps():
    faulthandler.dump_traceback(sys.stdout)
    gone = threading.Event()
    thread = threading.Thread(target=gone.wait)
    thread.start()
    faulthandler.dump_traceback(sys.stdout, all_threads=False)
    gone.set()
    thread.join()


def later():
    faulthandler.dump_traceback_later(0.05, file=sys.stderr, exit=True)
    time.sleep(60)


def registered():
    faulthandler.register(signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGUSR1)
    faulthandler.register(signal.SIGINT, chain=True)
    os.kill(os.getpid(), signal.SIGINT)


def segmentation():
    faulthandler._sigsegv()


def aborted():
    os.abort()


def fatal():
    import ctypes

    ctypes.pythonapi.Py_FatalError(b"by hand")


def overflown():
    faulthandler.disable()
    faulthandler._stack_overflow()


print("before", flush=True)
globals()[sys.argv[1]]()
