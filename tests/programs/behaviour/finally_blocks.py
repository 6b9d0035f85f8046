"""try, except, else, finally: `return`, `break`, `continue` and exceptions through all of them."""

import traceback


def return_in_finally(error):
    try:
        if error:
            raise error
        return "tried"
    finally:
        return "finally"  # noqa: B012


def return_in_else(error):
    try:
        if error:
            raise error
    except ValueError:
        return "excepted"
    else:
        return "else"
    finally:
        print("at last")


def leaving_a_loop():
    left = []
    for number in range(6):
        try:
            if number == 1:
                continue
            if number == 3:
                break
            left.append(number)
        finally:
            left.append(-number)
    while True:
        try:
            break
        finally:
            left.append("end")
    return left


def nested():
    try:
        try:
            raise KeyError("inner")
        except KeyError as error:
            raise ValueError("outer") from error
        finally:
            print("inner finally")
    except (ValueError, TypeError) as error:
        return repr(error.__cause__)
    finally:
        print("outer finally")


def starts_with_try():
    try:
        return 1 // 0
    except ZeroDivisionError:
        return None


def name_is_deleted():
    error = "before"
    try:
        raise ValueError(error)
    except ValueError as error:
        pass
    try:
        return error
    except UnboundLocalError as unbound:
        return str(unbound)


def through():
    try:
        raise LookupError("through")
    finally:
        print("passing")


def reraised():
    try:
        through()
    except LookupError:
        print("seen")
        raise


def main():
    print(return_in_finally(None), return_in_finally(ValueError()))
    print(return_in_else(None), return_in_else(ValueError()), leaving_a_loop(), nested())
    print(starts_with_try(), name_is_deleted())
    for function in (through, reraised):
        try:
            function()
        except LookupError:
            print(traceback.format_exc())
    try:
        return_in_else(KeyError("not caught"))
    except KeyError:
        print(traceback.format_exc())
