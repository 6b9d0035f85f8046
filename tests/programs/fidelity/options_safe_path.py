"""Nor does one with a safe path."""

#: python -P
#: environment PYTHONPATH=/somewhere

import sys

print(sys.flags, sys.path)
import neighbour
