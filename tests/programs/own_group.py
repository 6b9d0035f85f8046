"""Puts itself into a process group of its own, which is the first thing that many servers do."""

import os
import time

os.setpgrp()
print("ready", flush=True)
try:
    time.sleep(1000)
finally:
    print("finally ran", flush=True)
