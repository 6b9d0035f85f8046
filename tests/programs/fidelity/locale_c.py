"""The C locale is coerced, and children see it."""

#: environment LC_ALL= LC_CTYPE=C LANG=

import locale
import os
import subprocess
import sys

print(os.environ["LC_CTYPE"], locale.setlocale(locale.LC_CTYPE), sys.flags.utf8_mode)
print(sys.stdout.encoding, sys.stdout.errors, sys.getfilesystemencoding(), "\udce4grün")
subprocess.run(["sh", "-c", "echo $LC_CTYPE"])
