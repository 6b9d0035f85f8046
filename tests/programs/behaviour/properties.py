"""Getters, setters and deleters are told apart; so are the descriptors of a program."""


class Temperature:
    def __init__(self):
        self._celsius = 0

    @property
    def celsius(self):
        """In degrees."""
        return self._celsius

    @celsius.setter
    def celsius(self, value):
        if value < -273:
            raise ValueError(value)
        self._celsius = value

    @celsius.deleter
    def celsius(self):
        self._celsius = None

    @property
    def read_only(self):
        return "read"

    def _write(self, value):
        self.written = value

    write_only = property(None, _write)


class Typed:
    def __set_name__(self, owner, name):
        self.name = f"_{name}"

    def __get__(self, instance, owner=None):
        return self if instance is None else getattr(instance, self.name, "unset")

    def __set__(self, instance, value):
        setattr(instance, self.name, int(value))

    def __delete__(self, instance):
        delattr(instance, self.name)


class Record:
    number = Typed()

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return f"made up {name}"

    def __setattr__(self, name, value):
        super().__setattr__(name, value)

    def __getattribute__(self, name):
        return super().__getattribute__(name)


def main():
    temperature = Temperature()
    temperature.celsius += 20
    print(temperature.celsius, Temperature.celsius.__doc__)
    del temperature.celsius
    print(temperature.celsius, temperature.read_only)
    temperature.write_only = 1
    print(temperature.written)
    for attempt in ("temperature.celsius = -300", "temperature.read_only = 1", "temperature.write_only"):
        try:
            exec(attempt)
        except (ValueError, AttributeError) as error:
            print(type(error).__name__, error)
    record = Record()
    record.number = "12"
    print(record.number, Record.number.name, record.anything)
    del record.number
    print(record.number)
