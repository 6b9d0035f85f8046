"""Up to 3.13, `__annotate__` and `__annotate_func__` are names of methods like any other."""


class Base:
    def __annotate__(self):
        return "annotate"

    def __annotate_func__(self):
        return "annotate_func"


class Derived(Base):
    pass


class Other:
    def __annotate_func__(self):
        return "annotate_func"
