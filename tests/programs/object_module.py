"""Is an object of a class of its own, once it is imported."""

import sys


class Namespace:
    def method(self):
        return 1


def function():
    return 2


sys.modules[__name__] = namespace = Namespace()
namespace.function = function
