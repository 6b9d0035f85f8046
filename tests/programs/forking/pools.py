"""Tasks in pools of forked workers; tells how many each worker did, and waits for a word before it ends
them."""

import collections
import concurrent.futures
import multiprocessing
import os
import sys
from pathlib import Path

TASKS = 500


def task(_):
    return os.getpid()


def tell(done):
    for worker, tasks in sorted(collections.Counter(done).items()):
        print(worker, tasks, flush=True)
    print("done", flush=True)
    pipe.read_text()


pipe = Path(sys.argv[1])
print("ready", flush=True)
pipe.read_text()
fork = multiprocessing.get_context("fork")
with fork.Pool(3) as pool:
    tell(pool.map(task, range(TASKS), chunksize=7))
with concurrent.futures.ProcessPoolExecutor(3, mp_context=fork) as executor:
    tell(executor.map(task, range(TASKS)))
