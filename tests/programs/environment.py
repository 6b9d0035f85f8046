"""Tells the environment that it runs in, and what it finds there."""

import sys

import only_here

print(sys.executable, sys.prefix, sys.base_prefix, sys.path, only_here.__file__, sys.orig_argv)
