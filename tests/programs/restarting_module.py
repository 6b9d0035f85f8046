"""What `restarting.py` imports."""


def function():
    pass


function.helper = lambda: None


class Class:
    def method(self):
        pass

    @property
    def value(self):
        return 1

    @value.setter
    def value(self, value):
        pass
