"""Calls a function of the standard library once, and in each of three children twice."""

import os
import textwrap

textwrap.dedent("")
for _ in range(3):
    if os.fork() == 0:
        textwrap.dedent("")
        textwrap.dedent("")
        os._exit(0)
    os.wait()
