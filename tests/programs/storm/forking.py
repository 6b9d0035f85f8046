"""Forks children that call every function, from two threads while two others call them as well.

Reads three words from a pipe: at the first one it ends, at the last one it writes its report.
"""

import gc
import os
import pickle
import sys
import threading
import warnings
from pathlib import Path

import functions
from ledger import Ledger, tally
from work import Work

pipe, report_file = map(Path, sys.argv[1:])
over = threading.Event()
ledger = Ledger(functions)
# What children counted.
tallies = []


def fork():
    told, tells = os.pipe()
    child = os.fork()
    if child == 0:
        # Its own starts only.
        tally.clear()
        work = Work()
        work.turn()
        work.finish()
        os.write(tells, pickle.dumps(tally))
        os._exit(0)
    os.close(tells)
    with open(told, "rb") as told:
        tallies.append(pickle.load(told))
    os.waitpid(child, 0)


def run(work, is_forking):
    while not over.is_set():
        if is_forking:
            fork()
        else:
            gc.collect()
        work.turn()
    work.finish()


def await_word():
    pipe.read_text()
    over.set()


sys.setswitchinterval(1e-4)
# In a child no finaliser may run before its first line.
gc.disable()
# Which is what is tested here.
warnings.filterwarnings("ignore", ".*use of fork", DeprecationWarning)
works = [Work() for _ in range(4)]
threads = [
    threading.Thread(target=run, args=(work, number < 2))
    for number, work in enumerate(works)
]
threads.append(threading.Thread(target=await_word))
print("ready", flush=True)
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for counts in tallies:
    for body, count in counts.items():
        tally[body] = tally.get(body, 0) + count
gc.collect()
ledger.await_end(pipe)

ledger.write(
    report_file,
    {"children": len(tallies), "turns": sum(work.turns for work in works)},
)
