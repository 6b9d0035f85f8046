"""Lists all that it sees of its own process, so that whoever is beside it must not leave a trace."""

import sys

modules = sorted(sys.modules)

import os  # noqa: E402
import resource  # noqa: E402
import signal  # noqa: E402
import threading  # noqa: E402


def descriptors(thread: str) -> list[str]:
    """What each descriptor of a thread is, apart from the one that lists them."""
    folder = f"/proc/self/task/{thread}/fd"
    links = []
    for number in sorted(os.listdir(folder), key=int):
        try:
            links.append(f"{number} {os.readlink(f'{folder}/{number}').split(':')[0]}")
        except FileNotFoundError:
            pass
    return links


own = descriptors(str(os.getpid()))
print("modules", modules)
print("threads", [it.name for it in threading.enumerate()], len(sys._current_frames()))
print("main", threading.main_thread() is threading.current_thread())
print("environment", os.environ)
print("arguments", sys.argv, sys.orig_argv, sys.executable, sys.flags, sys.path)
print("descriptors", own)
with open("/proc/self/comm") as comm:
    print("name", comm.read())
print("signals", [signal.getsignal(number) for number in sorted(signal.valid_signals())])
print("mask", signal.pthread_sigmask(signal.SIG_BLOCK, []))
print("limits", [resource.getrlimit(number) for number in range(16)])
print("hooks", sys.excepthook, sys.unraisablehook, sys.displayhook, threading.excepthook.__name__)
print("tracing", sys.gettrace(), sys.getprofile(), sys.getswitchinterval())
print("frames", sys._getframe().f_back, sorted(globals()))
for thread in os.listdir("/proc/self/task"):
    links = descriptors(thread)
    # A table of its own holds the agent's socket, and nothing of the program.
    if links != own and not all(" socket" in link for link in links):
        print("descriptors of another thread", links)
