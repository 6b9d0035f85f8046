"""Is imported by its package when that is used."""


def function():
    return other()


def other():
    return 1
