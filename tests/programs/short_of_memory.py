"""When told, lets itself have so many more MiB of memory than it has; when told again, ends."""

import resource
import sys
from pathlib import Path

print("ready", flush=True)
Path(sys.argv[1]).read_text()
pages = int(Path("/proc/self/statm").read_text().split()[0])
size = pages * resource.getpagesize() + (int(sys.argv[2]) << 20)
resource.setrlimit(resource.RLIMIT_AS, (size, size))
print("limited", flush=True)
Path(sys.argv[1]).read_text()
print("lives", flush=True)
