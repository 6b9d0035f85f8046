"""A thread interrupts the main one, which waits for it at the end, and outlives the wait."""

import signal
import sys
import threading
import time

main = threading.main_thread()


def report(unraisable):
    print(unraisable.exc_type, unraisable.err_msg, unraisable.object, flush=True)


def interrupt():
    while main.is_alive():
        time.sleep(0.01)
    time.sleep(0.2)  # until it waits
    signal.pthread_kill(main.ident, signal.SIGINT)
    threading.Event().wait()


sys.unraisablehook = report
threading.Thread(target=interrupt).start()
print("waits", flush=True)
