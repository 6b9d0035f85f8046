"""`copy`, `deepcopy`, `pickle`, `types.FunctionType` and weak references of patched functions."""

import copy
import pickle
import types
import weakref


def function(a, b=2):
    """Is copied."""
    return a, b


def twin(a, b=2):
    """Is copied."""
    return a, b


class Class:
    def method(self):
        return "method"

    @staticmethod
    def static():
        return "static"


# What is patched is the function; a function of its code made before is another one.
before = types.FunctionType(function.__code__, globals(), "before", (3,))


def main():
    print(copy.copy(function) is function, copy.deepcopy([function])[0] is function)
    print(pickle.dumps(function), pickle.loads(pickle.dumps(function))(1))
    print(pickle.loads(pickle.dumps(Class().method))(), pickle.loads(pickle.dumps(Class.static))())
    print(before(1), before.__name__, before.__code__.co_name)
    reference = weakref.ref(function)
    print(reference() is function, reference()(4), weakref.WeakKeyDictionary({function: 1})[function])
    print(function == twin, function.__code__ == twin.__code__, len({function, twin}), twin(1))
    function.attribute = [1]
    print(function.__dict__, copy.deepcopy({"f": function})["f"].attribute)
    del function.attribute
    print(function.__doc__, function.__module__, type(function).__name__)
