"""Says which signals its child processes block."""

import subprocess

subprocess.run(["grep", "SigBlk", "/proc/self/status"], check=True)


def function():
    return 1
