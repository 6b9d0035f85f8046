"""Takes away from its process what a careless agent would need, when it is told to, and then goes on.

Arguments: a folder, and what to do. It waits for an end of the pipe `go` there, and writes what becomes of it into
memory that is a file there: it may have no descriptor by then.
"""

import atexit
import ctypes
import mmap
import os
import resource
import signal
import sys
import time

folder, way = sys.argv[1:]
with open(f"{folder}/said", "wb+") as file:
    file.truncate(4096)
    said = mmap.mmap(file.fileno(), 4096)
NUMBERS = 1 << 10
SIGNALS = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}


def say(text: str) -> None:
    said.write(text.encode() + b"\n")


def goes_on() -> None:
    """Is called again and again once it is done."""


def descriptors_closed() -> None:
    os.closerange(0, 1 << 16)


def unknown_descriptors_closed() -> None:
    os.closerange(3, 1 << 16)


def replace_all(descriptor: int) -> None:
    for number in range(NUMBERS):
        if number != descriptor:
            os.dup2(descriptor, number)


def descriptors_discarded() -> None:
    replace_all(os.open(os.devnull, os.O_RDWR))


def descriptors_full() -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    try:
        while True:
            os.write(write, b"x" * 4096)
    except BlockingIOError:
        pass
    os.set_blocking(write, True)
    os.dup2(read, NUMBERS)
    replace_all(write)


def no_more_descriptors() -> None:
    count = max(map(int, os.listdir("/proc/self/fd")))
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


def no_descriptors() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def no_more_memory() -> None:
    with open("/proc/self/statm") as file:
        size = int(file.read().split()[0]) * mmap.PAGESIZE
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def no_more_processes() -> None:
    # It does not concern root.
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    if os.getuid() == 0:
        nobody()


def no_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def signals_blocked() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def signals_ignored() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def signals_handled() -> None:
    def end(number: int, _: object) -> None:
        say(signal.Signals(number).name)
        sys.exit()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)


def hang_up_handled() -> None:
    signal.signal(signal.SIGHUP, lambda *_: say("hung up"))
    os.kill(os.getpid(), signal.SIGHUP)


def hung_up() -> None:
    os.kill(os.getpid(), signal.SIGHUP)


def replaced_by_another() -> None:
    os.execlp("sleep", "sleep", "1000")


def replaced_by_itself() -> None:
    os.execv(sys.executable, sys.orig_argv)


def daemon() -> None:
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    replace_all(os.open(os.devnull, os.O_RDWR))
    for _ in range(1000):
        goes_on()
    with open(f"{folder}/go", "w") as told:
        told.write("the daemon goes on")
    os._exit(0)


def child_stays() -> None:
    """Holds what it has inherited."""
    if os.fork() == 0:
        goes_on()
        with open(f"{folder}/go", "w") as told:
            told.write("the child goes on")
        os._exit(0)


def folder_gone() -> None:
    os.mkdir(f"{folder}/gone")
    os.chdir(f"{folder}/gone")
    os.rmdir(f"{folder}/gone")


def new_root() -> None:
    os.chdir(folder)
    os.chroot(folder)


def nobody() -> None:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)


def no_environment() -> None:
    os.environ.clear()
    ctypes.CDLL(None).clearenv()
    os.putenv("INSTRSH_SOCKET", "0")


def new_session() -> None:
    os.setsid()


def named_otherwise() -> None:
    ctypes.CDLL(None).prctl(15, b"somebody else", 0, 0, 0)


def has_every_number() -> None:
    """Every descriptor is a file of its own."""
    os.closerange(3, 1 << 16)
    for number in range(40):
        file = os.open(f"{folder}/data{number}", os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(file, b"GOOD\n")
    os.closerange(0, 3)
    for number in range(40, 43):
        file = os.open(f"{folder}/data{number}", os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(file, b"GOOD\n")


original = goes_on.__code__
atexit.register(say, "atexit ran")
print("ready", flush=True)
with open(f"{folder}/go") as go:
    go.read()
try:
    globals()[way]()
    say("done")
    while True:
        goes_on()
        time.sleep(0.001)
finally:
    say("the original code is back" if goes_on.__code__ is original else "still patched")
