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


for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH, signal.SIGCHLD):
    print(signal.signal(number, handle), end=" ")
    os.kill(os.getpid(), number)
    signal.raise_signal(number)
print(received)
subprocess.run(["true"])
print(signal.signal(signal.SIGCHLD, signal.SIG_DFL) is handle, received[-1][0])


class Woken(Exception):
    """The handler of the alarm raises it."""


def wake(number, frame):
    signal.setitimer(signal.ITIMER_REAL, 0)
    raise Woken(frame.f_code.co_name)


signal.signal(signal.SIGALRM, wake)
reader, writer = socket.socketpair()
held = threading.Lock()
held.acquire()
waits = [
    blocked,
    lambda: reader.recv(1),
    lambda: select.select([reader], [], []),
    held.acquire,
    threading.Event().wait,
    signal.pause,
    lambda: subprocess.run(["sleep", "60"]),
]
for wait in waits:
    try:
        # Again and again: a signal just before a call that blocks would not wake it.
        signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
        wait()
    except Woken as woken:
        print("woken", len(woken.args))


def interrupt_main():
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


def interrupt_process():
    os.kill(os.getpid(), signal.SIGINT)


print(threading.main_thread().native_id == os.getpid())
for handler in (wake, signal.default_int_handler):
    for interrupt in (interrupt_main, interrupt_process):
        signal.signal(signal.SIGINT, handler)
        timer = threading.Timer(0.05, interrupt)
        try:
            timer.start()
            blocked()
        except (Woken, KeyboardInterrupt) as raised:
            print("interrupted", repr(raised))
        timer.join()

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
signal.raise_signal(signal.SIGUSR2)
print(signal.sigpending(), signal.sigwait([signal.SIGUSR2]))
sys.stdout.flush()
signal.raise_signal(signal.SIGALRM)
