"""What is imported."""

__call_counts__ = {}


def count(name):
    path = f"{__name__}:{name}"
    __call_counts__[path] = __call_counts__.get(path, 0) + 1


def function():
    count("function")


class Class:
    def method(self):
        count("Class.method")

    @staticmethod
    def static():
        count("Class.static")

    @property
    def value(self):
        count("Class.value")
        return 1


# Calls from the module itself come before its import has finished.
Class().value
