"""`sys.exit` with any value."""

#: arguments None
#: arguments 0
#: arguments 3
#: arguments 256
#: arguments -1
#: arguments 2**40
#: arguments True
#: arguments 1.5
#: arguments "'a sentence, grün'"
#: arguments "(1, 'two')"
#: arguments "Exception('an exception')"
#: arguments "Index()"
#: arguments "SystemExit(4)"

import sys


class Index:
    """Could be used as a number, but is none."""

    def __index__(self):
        return 5

    def __str__(self):
        return "an index"


print("before")
sys.exit(eval(sys.argv[1]))
