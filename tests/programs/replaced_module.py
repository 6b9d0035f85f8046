"""Has its functions exchanged, one in each way there is."""


def assigned() -> int:
    return 1


alias = assigned


def builtin() -> int:
    return 1


def wrapped() -> int:
    return 1


def deleted() -> int:
    return 1


def coded() -> int:
    return 1


def back_again() -> int:
    return 1


class Class:
    def method(self) -> int:
        return 1
