"""Greenlets that call, and switch in the middle of a call; one is killed, one is forgotten."""

import gc
import time

import greenlet

main = greenlet.getcurrent()


def spin():
    end = time.perf_counter() + 0.001
    while time.perf_counter() < end:
        pass


def inner(turns):
    for _ in range(turns):
        spin()
        main.switch()


def outer(turns):
    spin()
    inner(turns)


def waits():
    main.switch()


def run():
    greenlets = [greenlet.greenlet(outer) for _ in range(4)]
    for each in greenlets:
        each.switch(5)
    while not all(each.dead for each in greenlets):
        for each in greenlets:
            each.switch()
    killed, forgotten = greenlet.greenlet(waits), greenlet.greenlet(waits)
    killed.switch()
    forgotten.switch()
    killed.throw()
    del forgotten
    gc.collect()


run()
