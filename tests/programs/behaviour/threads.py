"""Threads, locals of threads, a pool, and an exception in a thread."""

import concurrent.futures
import threading
import traceback

local = threading.local()


def work(number):
    local.value = number
    return [step(local.value) for _ in range(3)]


def step(number):
    return number + 1


def generator():
    yield threading.current_thread().name


def failing():
    raise OSError("in a thread")


def collect(into, number):
    into[number] = work(number), list(generator())


def main():
    results = {}
    threads = [
        threading.Thread(target=collect, args=(results, number), name=f"thread {number}")
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sorted(results.items()))
    with concurrent.futures.ThreadPoolExecutor(1, "pool") as pool:
        print(list(pool.map(step, range(5))))
        future = pool.submit(failing)
        try:
            future.result()
        except OSError as error:
            print(traceback.extract_tb(error.__traceback__)[-1].lineno, error)
    said = []
    before, threading.excepthook = threading.excepthook, lambda it: said.append((it.exc_type, it.thread.name))
    thread = threading.Thread(target=failing, name="failing")
    thread.start()
    thread.join()
    threading.excepthook = before
    print(said)
