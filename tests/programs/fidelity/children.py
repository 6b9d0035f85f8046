"""Children of other kinds, and Python itself among them."""

import os
import subprocess
import sys
import textwrap

program = textwrap.dedent("""
    import os, signal, sys, threading
    print(sys.argv, sys.flags, sys.path, sys.orig_argv[1:])
    print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.getsignal(signal.SIGPIPE))
    print(signal.getsignal(signal.SIGINT), threading.main_thread().name, os.getpgid(0) == os.getpgid(os.getppid()))
    raise SystemExit(4)
""")
for options in ([], ["-O", "-I"]):
    print(subprocess.run([sys.executable, *options, "-c", program, "word"], text=True, capture_output=True))
print(subprocess._args_from_interpreter_flags())
for signals in ("INT", "PIPE", "TERM", "USR1", "HUP"):
    print(signals, subprocess.run(["sh", "-c", f"kill -{signals} $$"]).returncode)
print(subprocess.run(["true"], preexec_fn=lambda: print("in between", flush=True)))
print(os.system("echo by the shell; exit 5"), os.popen("cat").read())
print(os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", "print('spawned')"]))
try:
    subprocess.run(["sleep", "60"], timeout=0.05)
except subprocess.TimeoutExpired as error:
    print(error.cmd)
try:
    subprocess.check_output([sys.executable, "-m", "missing"], stderr=subprocess.STDOUT)
except subprocess.CalledProcessError as error:
    print(error.output)
try:
    subprocess.run(["/nonexistent"])
except OSError as error:
    print(error)
