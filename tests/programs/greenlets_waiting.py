"""Greenlets that switch within generators, which are never finished, and all wait in the same function."""

import threading

import greenlet

ROUNDS = 3000
main = greenlet.getcurrent()
over = threading.Event()


def helps(event=None):
    if event:
        event.wait()


def leaf():
    main.switch()


def rows():
    while True:
        main.switch()
        helps()
        yield


def reads():
    each = rows()
    while True:
        for _ in range(3):
            next(each)
        main.switch()


def waits():
    while True:
        leaf()


# One call of `helps` stays open on another thread, so that each other one looks for its callers.
thread = threading.Thread(target=helps, args=[over])
thread.start()
greenlets = [greenlet.greenlet(reads) for _ in range(3)] + [greenlet.greenlet(waits)]
for _ in range(ROUNDS):
    for each in greenlets:
        each.switch()
over.set()
thread.join()
del greenlets, each
