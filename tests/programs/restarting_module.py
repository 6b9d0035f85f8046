"""What `restarting.py` imports."""


def function():
    pass


class Class:
    def method(self):
        pass

    @property
    def value(self):
        return 1

    @value.setter
    def value(self, value):
        pass
