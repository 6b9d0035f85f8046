"""`except*`, nested, with what is left over."""

import traceback


def split(group):
    seen = []
    try:
        raise group
    except* ValueError as values:
        seen.append(("values", [str(error) for error in values.exceptions]))
    except* (KeyError, IndexError) as lookups:
        seen.append(("lookups", len(lookups.exceptions)))
        try:
            raise ExceptionGroup("inner", [TypeError("a"), OSError("b")])
        except* TypeError:
            seen.append("inner")
        except* OSError:
            try:
                raise lookups
            except* KeyError:
                seen.append("innermost")
            except* IndexError:
                seen.append("innermost, too")
    else:
        seen.append("else")
    finally:
        seen.append("finally")
    return seen


def left_over():
    try:
        raise ExceptionGroup("all", [ValueError(1), ExceptionGroup("some", [OSError(2), ValueError(3)])])
    except* ValueError:
        pass


def naked():
    try:
        raise ValueError("alone")
    except* ValueError as group:
        text = repr(group)
    return text


def raising():
    try:
        raise ExceptionGroup("one", [ValueError(1)])
    except* ValueError:
        raise KeyError("another")


def main():
    print(split(ExceptionGroup("g", [ValueError("a"), KeyError("b"), IndexError("c"), ValueError("d")])))
    print(split(ExceptionGroup("g", [KeyError("b")])), naked())
    for function in (left_over, raising):
        try:
            function()
        except Exception:
            print(traceback.format_exc())
