"""Is reloaded."""


def function() -> int:
    return 1


class Class:
    def method(self) -> int:
        return 1


def unpatched() -> int:
    return 1
