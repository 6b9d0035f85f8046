"""A hook for exceptions that were not caught."""

#: arguments prints
#: arguments raises
#: arguments exits
#: arguments exits_with_words
#: arguments interrupts
#: arguments interrupts_in_its_own_way
#: arguments absent
#: arguments not_callable

import sys


def prints(kind, value, traceback):
    print("hooked", kind, value, traceback.tb_lineno, sys.last_type, sys.last_value, sys.exc_info())


def raises(kind, value, traceback):
    raise RuntimeError("in the hook")


def exits(kind, value, traceback):
    sys.exit(5)


def exits_with_words(kind, value, traceback):
    sys.exit("by the hook")


def interrupts(kind, value, traceback):
    raise KeyboardInterrupt


class OwnInterrupt(KeyboardInterrupt):
    pass


def interrupts_in_its_own_way(kind, value, traceback):
    raise OwnInterrupt


not_callable = "no function"

if sys.argv[1] == "absent":
    del sys.excepthook
else:
    sys.excepthook = globals()[sys.argv[1]]
raise ValueError("uncaught")
