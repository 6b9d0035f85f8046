"""What runs while classes are made: metaclasses, `__init_subclass__`, `__set_name__`, and hooks."""


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **options):
        return {"prepared": name}

    def __new__(mcs, name, bases, namespace, **options):
        return super().__new__(mcs, name, bases, namespace)

    def __init__(cls, name, bases, namespace, loud=False):
        super().__init__(name, bases, namespace)
        cls.loud = loud

    def __call__(cls, *args):
        instance = super().__call__(*args)
        instance.made_by = type(cls).__name__
        return instance

    def __contains__(cls, item):
        return item in vars(cls)

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return f"{cls.__name__} has no {name}"

    def __instancecheck__(cls, instance):
        return super().__instancecheck__(instance)

    @property
    def shown(cls):
        return f"class {cls.__name__}"


class Named:
    def __set_name__(self, owner, name):
        self.name = f"{owner.__name__}.{name}"


class Registered:
    registry = []

    def __init_subclass__(cls, /, key=None, **options):
        super().__init_subclass__(**options)
        Registered.registry.append((cls.__name__, key))

    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item}]"


def decorated(cls):
    cls.decorated = True
    return cls


def make():
    @decorated
    class Made(metaclass=Meta, loud=True):
        attribute = Named()

        def method(self):
            return self.made_by

    return Made


def register(key):
    class Plugin(Registered, key=key):
        pass

    return Plugin


def main():
    Registered.registry.clear()
    made = make()
    print(made.prepared, made.loud, made.decorated, made.attribute.name, made().method())
    print("method" in made, made.missing, made.shown, isinstance(made(), made), made.__prepare__.__name__)
    print(register("a")["b"], register(None).__name__, Registered.registry, Registered[int])
