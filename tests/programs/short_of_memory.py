"""Lets itself have so many more MiB of memory than it has, and waits to be told that it can end."""

import resource
import sys
from pathlib import Path

pages = int(Path("/proc/self/statm").read_text().split()[0])
size = pages * resource.getpagesize() + (int(sys.argv[2]) << 20)
resource.setrlimit(resource.RLIMIT_AS, (size, size))
print("ready", flush=True)
Path(sys.argv[1]).read_text()
print("lives", flush=True)
