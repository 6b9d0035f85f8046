"""An interrupt in a handler, and one while threads are waited for."""

import atexit
import os
import signal
import threading
import time

main = threading.main_thread()


@atexit.register
def interrupted():
    print("handler", flush=True)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(10)


def outlive():
    main.join(0)
    while not waiting.is_set():
        waiting.wait()
    os.kill(os.getpid(), signal.SIGINT)


waiting = threading.Event()
thread = threading.Thread(target=outlive)
thread.start()
atexit.register(print, "after it")
waiting.set()
thread.join()
