"""Variables of CPython reach it, too."""

#: environment PYTHONOPTIMIZE=2 PYTHONUNBUFFERED=1 PYTHONIOENCODING=latin-1:replace PYTHONHASHSEED=7
#: environment PYTHONWARNINGS=always PYTHONMALLOC=debug PYTHONPATH=/here:/there

import sys
import warnings

print(sys.flags, sys.path, sys.stdout.encoding, __doc__, hash("seed"))
print("grün, \N{SNOWMAN}")
warnings.warn("twice")
warnings.warn("twice")
