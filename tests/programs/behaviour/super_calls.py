"""`super()` and `__class__` find their cell behind the injected instructions."""


class Base:
    def __init__(self, name):
        self.name = name

    def describe(self):
        return f"base {self.name}"

    @classmethod
    def make(cls, name):
        return cls(name)


class Left(Base):
    def describe(self):
        return f"left of {super().describe()}"


class Right(Base):
    def __init__(self, name, extra="!"):
        super().__init__(name + extra)

    def describe(self):
        return f"right of {super().describe()}"

    @classmethod
    def make(cls, name):
        return super().make(name.upper())


class Both(Left, Right):
    def describe(self):
        words = [super().describe() for _ in range(1)] if False else super().describe()
        return f"{__class__.__name__}: {words}"

    def explicit(self):
        return super(Left, self).describe()

    def in_a_closure(self):
        def inner():
            return super(__class__, self).describe()

        return inner()


def main():
    print(Both.__mro__[1].__name__, Both("a").describe(), Both.make("b").describe())
    print(Both("c").explicit(), Both("d").in_a_closure(), Right("e", "?").describe())
    print(Both.describe.__closure__[0].cell_contents is Both)
    try:
        super(Both, 1).describe()
    except TypeError as error:
        print(error)
