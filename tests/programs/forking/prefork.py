"""A server of four worker processes that share a socket; a worker that dies is replaced.

Forks them at the first word from a pipe, and ends them at the second one. A request is a line, the
answer the number of the process that gives it.
"""

import os
import signal
import socket
import sys
import threading
from pathlib import Path

WORKERS = 4


def handle(request):
    return b"%d\n" % os.getpid() if is_wanted(request) else die()


def is_wanted(request):
    return request != b"die\n"


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def work(listener, predecessor):
    # In one piece, whatever the others write.
    os.write(1, f"works in place of {predecessor}\n".encode())
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as requests:
            for request in requests:
                connection.sendall(handle(request))


def fork(listener, predecessor=None):
    child = os.fork()
    if child == 0:
        work(listener, predecessor)
    workers.add(child)


def end():
    pipe.read_text()
    over.set()
    for worker in list(workers):
        os.kill(worker, signal.SIGTERM)


pipe = Path(sys.argv[1])
over, workers = threading.Event(), set()
with socket.create_server(("127.0.0.1", 0)) as listener:
    print("ready", listener.getsockname()[1], flush=True)
    pipe.read_text()
    for _ in range(WORKERS):
        fork(listener)
    threading.Thread(target=end).start()
    while workers:
        child, _ = os.wait()
        workers.remove(child)
        if not over.is_set():
            fork(listener, predecessor=child)
