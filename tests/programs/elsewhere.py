"""Changes all that a child process is given."""

import os
import resource
import signal

os.chdir("/")
os.environ["PATH"] = "/nonexistent"
os.umask(0o077)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
