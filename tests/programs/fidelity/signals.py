"""Signals reach Python's main thread, and wake what blocks there."""

import faulthandler
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time

print([(number.name, signal.getsignal(number)) for number in sorted(signal.valid_signals())
       if isinstance(number, signal.Signals)])
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.set_wakeup_fd(-1))
print(faulthandler.is_enabled(), signal.getitimer(signal.ITIMER_REAL))
received = []


def handle(number, frame):
    received.append((number, frame.f_code.co_name, threading.current_thread().name))


def blocked(duration=60):
    time.sleep(duration)


for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
    print(signal.signal(number, handle), end=" ")
    os.kill(os.getpid(), number)
    signal.raise_signal(number)
print(received)
subprocess.run(["true"])
print(signal.signal(signal.SIGCHLD, signal.SIG_DFL) is handle, received[-1][0])


class Woken(Exception):
    """The handler of the alarm raises it."""


def wake(number, frame):
    raise Woken(frame.f_code.co_name)


signal.signal(signal.SIGALRM, wake)
reader, writer = socket.socketpair()
waits = [
    blocked,
    lambda: reader.recv(1),
    lambda: select.select([reader], [], []),
    threading.Lock().acquire,
    threading.Event().wait,
    signal.pause,
    lambda: subprocess.run(["sleep", "60"]),
]
held = threading.Lock()
held.acquire()
waits[3] = held.acquire
for wait in waits:
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        wait()
    except Woken as woken:
        print("woken", len(woken.args))



def interrupt_main():
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


for handler in (wake, signal.default_int_handler):
    signal.signal(signal.SIGINT, handler)
    timer = threading.Timer(0.05, interrupt_main)
    timer.start()
    try:
        blocked()
    except (Woken, KeyboardInterrupt) as interrupt:
        print("interrupted", repr(interrupt))
    timer.join()

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
signal.raise_signal(signal.SIGUSR2)
print(signal.sigpending(), signal.sigwait([signal.SIGUSR2]))
sys.stdout.flush()
signal.raise_signal(signal.SIGALRM)
