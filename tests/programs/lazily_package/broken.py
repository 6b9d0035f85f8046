"""Does not import."""


def never():
    pass


1 / 0
