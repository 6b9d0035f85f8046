"""What a script knows of itself and of the interpreter that runs it."""

#: arguments
#: arguments one "t w o" --flag -c ""

import os
import sys
import sysconfig
import warnings

import neighbour

print(sys.argv, sys.orig_argv)
print(sys.path, sys.executable, sys.prefix, sys.exec_prefix, sys.base_prefix)
print(sys.flags, sys.warnoptions, sys._xoptions, sys.dont_write_bytecode)
print(__name__, __file__, __package__, __spec__, type(__loader__), __builtins__)
print(sorted(vars()), globals().get("__cached__", "nothing"), __loader__.path, __loader__.name)
print(neighbour.__file__, os.getcwd(), sorted(os.environ.items()))
print(sys.version, sys.hexversion, sys.implementation, sys.platform, sysconfig.get_paths())
print(warnings.filters)
print(sys.getrecursionlimit(), sys.getswitchinterval(), sys.gettrace(), sys.getprofile())
for stream in (sys.stdin, sys.stdout, sys.stderr):
    print(stream.name, stream.mode, stream.fileno(), stream.isatty(), stream.encoding)
    print(stream.errors, stream.line_buffering, stream.write_through, stream is sys.__stdin__)
