"""Eight threads and a main thread full of signals run functions of every construct, until told to end.

Reads three words from a pipe: at the first one the storm is over, at the last one it writes its report.
"""

import asyncio
import dis
import gc
import inspect
import itertools
import signal
import sys
import threading
import traceback
import warnings
from pathlib import Path

import functions
from ledger import Ledger, callables
from work import TOGETHER, Work, by_hand, check

pipe, report_file = map(Path, sys.argv[1:])
over = threading.Event()
ledger = Ledger(functions)
COUNTED = ("threads born", "trace events", "profile events", "alarms", "interruptions")
counted = {what: itertools.count() for what in COUNTED}


# What each of the eight threads does beside its work, once a turn.


def trace(frame, event, argument):
    next(counted["trace events"])
    return trace


def profile(frame, event, argument):
    next(counted["profile events"])


def tracing(work):
    sys.settrace(trace if work.turns % 2 else None)
    threading.settrace(trace if work.turns % 3 else None)


def profiling(work):
    sys.setprofile(profile if work.turns % 2 else None)
    threading.setprofile(profile if work.turns % 3 else None)


def looping(work):
    """Several coroutines at once on an event loop."""

    async def at_once():
        return await asyncio.gather(*(functions.together() for _ in range(3)))

    with asyncio.Runner() as runner:
        check(runner.run(at_once()), 3 * [TOGETHER])


def bearing(work):
    """Threads that live for one turn."""

    def live():
        next(counted["threads born"])
        brief = Work()
        brief.turn()
        brief.finish()

    threads = [threading.Thread(target=live) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def looking(work):
    """What a program asks of a function and of the running calls."""
    path, function = list(callables(functions).items())[
        work.turns % len(ledger.originals)
    ]
    code, original = function.__code__, ledger.originals[path]
    for attribute in (
        "co_name",
        "co_flags",
        "co_varnames",
        "co_names",
        "co_firstlineno",
    ):
        check(getattr(code, attribute), getattr(original, attribute))
    signature = inspect.signature(function)
    text = dis.Bytecode(code).dis()
    check("instrumentation_hook(" in text, code is not original)
    check(inspect.signature(function), signature)
    for frame in sys._current_frames().values():
        traceback.format_stack(frame)


def collecting(work):
    gc.collect()


def interrupting(work):
    signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)


def nothing(work):
    pass


def run(work, role):
    while not over.is_set():
        role(work)
        work.turn()
    sys.settrace(None)
    sys.setprofile(None)
    work.finish()


# What happens to the main thread.


class Interruption(BaseException):
    """Raised by a signal handler, anywhere."""


is_armed = False


def interrupt(number, frame):
    global is_armed
    if is_armed:
        is_armed = False
        next(counted["interruptions"])
        raise Interruption


def on_alarm(number, frame):
    next(counted["alarms"])
    check(functions.plain(1), 6)
    check(list(functions.counting(2)), [0, 1])
    check(by_hand(functions.awaiting(1)), 2)


def run_interrupted(work):
    global is_armed
    while not over.is_set():
        try:
            is_armed = True
            work.turn()
            is_armed = False
        except Interruption:
            # How far the suspended generators are is not known now.
            work.finish()
    work.finish()


def tell_unraisable(unraisable):
    # What is raised in a finaliser cannot fly any further.
    if unraisable.exc_type is not Interruption:
        sys.__unraisablehook__(unraisable)


def await_word():
    pipe.read_text()
    over.set()


sys.setswitchinterval(1e-4)
gc.set_threshold(500, 5, 5)
sys.unraisablehook = tell_unraisable
# It may be raised between the making of a coroutine and its first step.
warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
signal.signal(signal.SIGALRM, on_alarm)
signal.signal(signal.SIGUSR1, interrupt)
roles = [
    tracing,
    profiling,
    looping,
    bearing,
    looking,
    collecting,
    interrupting,
    nothing,
]
works = {role.__name__: Work() for role in roles}
threads = [
    threading.Thread(target=run, args=pair) for pair in zip(works.values(), roles)
]
threads.append(threading.Thread(target=await_word))
print("ready", flush=True)
for thread in threads:
    thread.start()
works["interrupted"] = Work()
signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
run_interrupted(works["interrupted"])
signal.setitimer(signal.ITIMER_REAL, 0)
for thread in threads:
    thread.join()
gc.collect()
ledger.await_end(pipe)

happened = {f"turns {name}": work.turns for name, work in works.items()}
happened |= {what: next(count) for what, count in counted.items()}
ledger.write(report_file, happened)
