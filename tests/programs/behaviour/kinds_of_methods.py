"""Static and class methods, methods of instances, inheritance, mangled names, nested classes."""


class Base:
    def method(self):
        return "method", type(self).__name__

    @staticmethod
    def static(a, b=2):
        return a, b

    @classmethod
    def of_class(cls, a):
        return cls.__name__, a

    def __hidden(self):
        return "hidden"

    def reveal(self):
        return self.__hidden()

    class Nested:
        def method(self):
            return type(self).__qualname__

        class Deeper:
            @staticmethod
            def method():
                return "deeper"


class Heir(Base):
    def of_its_own(self):
        return self.method()

    def __hidden(self):
        return "hidden in the heir"


class Sibling(Base):
    def method(self):
        return "sibling", *super().method()

    __call__ = method
    another_name = Base.method


class __Odd:
    def __method(self):
        return "odd"


odd = __Odd()
bound = Heir().method
of_heir = Heir.of_class


def main():
    for cls in (Base, Heir, Sibling):
        instance = cls()
        print(instance.method(), cls.method(instance), cls.static(1), instance.static(1, b=3))
        print(cls.of_class(1), instance.of_class(2), instance.reveal())
    print(Heir().of_its_own(), Heir()._Heir__hidden(), Sibling()(), Sibling().another_name())
    print(Base.Nested().method(), Base.Nested.Deeper.method(), odd._Odd__method())
    print(bound(), of_heir("bound"), bound.__func__ is Base.method)
