"""Who forks beside threads of his own is warned where Python warns."""

import os
import threading

gone = threading.Event()
thread = threading.Thread(target=gone.wait)
thread.start()
child = os.fork()
if child == 0:
    os._exit(0)
print(os.waitpid(child, 0)[1])
gone.set()
thread.join()
