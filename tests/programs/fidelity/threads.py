"""Threads that outlive the main one, that fail, and that are left behind."""

import sys
import threading
import time

main = threading.main_thread()
print(main.name, threading.enumerate() == [main], main is threading.current_thread())
print(main.daemon, main.is_alive(), threading.excepthook is threading.__excepthook__)
print(len(sys._current_frames()))


def fail():
    raise ValueError("in a thread")


def leave():
    sys.exit(3)


for target in (fail, leave):
    thread = threading.Thread(target=target, name=target.__name__)
    thread.start()
    thread.join()

gone = threading.Event()


def outlive():
    gone.wait()
    main.join()
    print("after the end of", main.name, main.is_alive(), flush=True)


threading.Thread(target=outlive).start()
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
print("the end of the main thread")
gone.set()
raise SystemExit(2)
