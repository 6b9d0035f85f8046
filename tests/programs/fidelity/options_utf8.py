"""What is said of encodings holds for the command line itself."""

#: python -X utf8
#: environment LC_ALL=C PYTHONCOERCECLOCALE=0
#: arguments grün

import sys

print(sys.flags.utf8_mode, sys.argv, sys.orig_argv, sys.stdout.encoding)
