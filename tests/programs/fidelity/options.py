"""Options of CPython reach it."""

#: python -O -Xdev -W error::UserWarning -u -Xutf8=0 -b
#: environment LC_ALL=C

import sys
import warnings

assert False, "is taken out"
print(sys.flags, sys.warnoptions, sys._xoptions, __debug__, sys.orig_argv)
print(sys.stdout.encoding, sys.stdout.write_through, sys.getfilesystemencoding())
open(__file__)
warnings.warn("is an error")
