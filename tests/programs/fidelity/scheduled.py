"""Queues, locals, contexts and pools of threads."""

import concurrent.futures
import contextvars
import queue
import sched
import sys
import threading
import time

local = threading.local()
variable = contextvars.ContextVar("variable", default="unset")
results = queue.Queue()


def work(number):
    local.number = number
    variable.set(number)
    results.put((number, local.number, variable.get()))


with concurrent.futures.ThreadPoolExecutor(8) as pool:
    list(pool.map(work, range(100)))
print(sorted(results.queue), variable.get(), hasattr(local, "number"))
scheduler = sched.scheduler(time.monotonic, time.sleep)
for delay in (0.03, 0.01, 0.02):
    scheduler.enter(delay, 1, print, (delay,))
scheduler.run()
barrier = threading.Barrier(3)
threads = [threading.Thread(target=barrier.wait) for _ in range(2)]
for thread in threads:
    thread.start()
barrier.wait()
condition = threading.Condition()
with condition:
    print(condition.wait(0.01), sys.getswitchinterval())
timer = threading.Timer(0.01, print, ("the timer",))
timer.start()
timer.join()
