"""What a patched function makes inside: functions, classes, generators, untouched."""

import types


def functions():
    def inner(number):
        def innermost():
            return number * 2

        return innermost() + 1

    return [inner(number) for number in range(3)]


def classes():
    class Inner:
        attribute = [number for number in range(3)]

        def method(self):
            return self.attribute, __class__.__qualname__

        class Innermost:
            def method(self):
                return type(self).__qualname__

    return Inner().method(), Inner.Innermost().method()


def decorated():
    def decorator(function):
        def wrapper(*args):
            return "decorated", function(*args)

        return wrapper

    @decorator
    def inner(a):
        return a

    return inner(1), inner.__qualname__


def main():
    print(functions(), classes(), decorated())
    code = next(it for it in functions.__code__.co_consts if isinstance(it, types.CodeType))
    print(code.co_qualname)
