"""Of two functions of one code object, one is patched: the other has its code, and no hits."""

PATCH = ["one_of_two_closures:patched"]


def _make(name):
    def function():
        return name

    return function


patched = _make("patched")
sibling = _make("sibling")
CODE = sibling.__code__


def main():
    print([patched(), sibling(), sibling(), patched(), patched()])
    print(sibling.__code__ is CODE, _make("third").__code__ is CODE, _make("fourth")())
    print(patched.__code__.co_name, patched.__closure__[0].cell_contents)
