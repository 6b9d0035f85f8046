"""Two thousand children, one after the other from each of two threads, some with children of their own;
and processes that are no copies of this one."""

import os
import subprocess
import sys
import threading
from pathlib import Path

CHILDREN = 1000


def function():
    pass


def child(number):
    for _ in range(number % 5):
        function()
    if number % 10 == 0:
        as_child(function)


def as_child(body, *arguments):
    process = os.fork()
    if process == 0:
        body(*arguments)
        os._exit(0)
    os.waitpid(process, 0)


def fork_often():
    for number in range(CHILDREN):
        as_child(child, number)


print("ready", flush=True)
Path(sys.argv[1]).read_text()
threads = [threading.Thread(target=fork_often) for _ in range(2)]
for thread in threads:
    thread.start()
for _ in range(20):
    subprocess.run([sys.executable, "-c", ""], check=True)
for thread in threads:
    thread.join()
