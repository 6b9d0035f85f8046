"""Objects that stand at the names of functions: wrappers, tasks, proxies."""

import functools
import sys
import weakref


def ran(name):
    """Says what code of these objects has run."""
    print("ran", name, file=sys.stderr, flush=True)


class InDict:
    """As `functools.update_wrapper` leaves it."""

    def __init__(self, function):
        functools.update_wrapper(self, function)

    def __call__(self, *arguments):
        return self.__wrapped__(*arguments)

    def __get__(self, instance, owner):
        return functools.partial(self, instance)


class Proxy:
    """Pretends to be of the class of what it stands for, as proxies in Python do."""

    @property
    def __class__(self):
        ran("__class__")
        return type(self._current())


class InSlot(Proxy):
    """As a proxy of wrapt without its C."""

    __slots__ = ("__wrapped__",)

    def __init__(self, wrapped):
        object.__setattr__(self, "__wrapped__", wrapped)

    def __call__(self, *arguments):
        return self.__wrapped__(*arguments)


class Lazy(Proxy):
    """As a task of celery before and after its first use."""

    def __init__(self, make):
        self.__dict__.update(make=make, made=None)

    def _current(self):
        if self.made is None:
            self.__dict__["made"] = self.make()
            self.__dict__.pop("make")
        return self.made

    def __getattr__(self, name):
        ran(name)
        return getattr(self._current(), name)

    def __call__(self, *arguments):
        return self._current()(*arguments)


def lazily(function):
    """What is made when it is used has a class of its own that keeps the function."""

    def make():
        namespace = {
            "__wrapped__": staticmethod(function),
            "__call__": lambda self, *arguments: function(*arguments),
        }
        return type("Task", (), namespace)()

    return Lazy(make)


class Secretive:
    """Only its own code tells what it wraps."""

    @property
    def __wrapped__(self):
        ran("__wrapped__")
        return elsewhere

    def __call__(self):
        return 1


class Watchful(type):
    """Sees each look at an attribute of its classes."""

    def __getattribute__(cls, name):
        ran(name)
        return super().__getattribute__(name)


class Homeless(metaclass=Watchful):
    """Does not tell its module."""

    __module__ = None
    __call__ = print


class Attributed:
    """Has a decorated `__call__`."""

    @functools.lru_cache
    def __call__(self):
        return 1


@InDict
def in_dict(number):
    return number


@InSlot
def in_slot(number):
    return number


@InDict
@InSlot
@InDict
@InDict
def in_many(number):
    return number


class Task:
    def __call__(self, number):
        return self.__wrapped__(number)

    @staticmethod
    def __wrapped__(number):
        return number


in_class = Task()


@lazily
def made_later(number):
    return number


alias = made_later


@lazily
def made_before(number):
    return number


made_before._current()


def elsewhere():
    return 1


class Holder:
    @InDict
    def method(self, number):
        return number

    refers_to = InDict(elsewhere)


@functools.singledispatch
def dispatched(number):
    return number


@dispatched.register
def _(text: str):
    return text


secretive = Secretive()
attributed = Attributed()
of_elsewhere = Lazy(lambda: elsewhere)
of_c = InSlot(len)
of_data = InSlot({})
weak = weakref.proxy(elsewhere)
homeless = Homeless()
circle = InDict(elsewhere)
circle.__wrapped__ = circle
proxy_of_itself = InSlot(None)
object.__setattr__(proxy_of_itself, "__wrapped__", proxy_of_itself)


def wraps_itself():
    return 1


wraps_itself.__wrapped__ = wraps_itself
