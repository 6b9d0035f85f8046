"""Is stopped for a while by a process that it forks, as a debugger or a limiter would."""

import os
import signal
import time

own = os.getpid()
child = os.fork()
if child == 0:
    os.kill(own, signal.SIGSTOP)
    # The supervisor must see that.
    time.sleep(0.3)
    os.kill(own, signal.SIGCONT)
    os._exit(0)
os.waitpid(child, 0)
print("ready", flush=True)
