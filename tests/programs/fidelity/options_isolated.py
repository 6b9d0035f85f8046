"""An isolated program imports nothing from beside it."""

#: python -I -S
#: environment PYTHONPATH=/somewhere PYTHONHASHSEED=0

import sys

print(sys.flags, sys.path)
import neighbour
