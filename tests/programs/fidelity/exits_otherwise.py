"""Ways to leave that are not `sys.exit`."""

#: arguments "raise SystemExit"
#: arguments "raise SystemExit(1, 2)"
#: arguments "class Bare(SystemExit): code = 7" "raise Bare"
#: arguments "exit(8)"
#: arguments "raise KeyboardInterrupt('by hand')"
#: arguments "class Own(KeyboardInterrupt): pass" "raise Own"
#: arguments "raise GeneratorExit"
#: arguments "os._exit(9)"
#: arguments "os.abort()"
#: arguments "os.kill(os.getpid(), signal.SIGKILL)"
#: arguments "os.kill(os.getpid(), signal.SIGTERM)"
#: arguments "os.kill(os.getpid(), signal.SIGINT)"
#: arguments "os.kill(os.getpid(), signal.SIGSEGV)"
#: arguments "signal.raise_signal(signal.SIGINT)" "time.sleep(10)"
#: arguments "signal.signal(signal.SIGINT, signal.SIG_DFL)" "os.kill(os.getpid(), signal.SIGINT)"
#: arguments "signal.signal(signal.SIGINT, signal.SIG_IGN)" "os.kill(os.getpid(), signal.SIGINT)"
#: arguments "os.execv(sys.executable, [sys.executable, '-c', 'print(input()); raise SystemExit(6)'])"
#: arguments "os.execvp('sh', ['sh', '-c', 'kill -TERM $$'])"
#: arguments "sys.stdout = None" "sys.stderr = None" "sys.exit('where to?')"
#: arguments "sys.stderr.close()" "1 / 0"
#: arguments "sys.stdout.close()" "sys.exit(2)"
#: arguments "print('lost')" "os.close(1)"
#: arguments "print('lost')" "os.close(1)" "sys.exit(2)"
#: arguments "sys.stdout = open('/dev/full', 'w')" "print('lost')"
#: arguments "del sys.stdout, sys.stderr" "1 / 0"

import os
import signal
import sys
import time

print("before", flush=True)
for line in sys.argv[1:]:
    exec(line)
