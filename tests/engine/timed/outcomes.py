"""What calls give, as text that does not depend on addresses."""

import gc
import traceback


def outcome(function, *args):
    """What a call gives, or the exception with its lines."""
    try:
        return shown(function(*args))
    except BaseException as error:
        return raised(error)


def raised(error):
    lines = []
    trace = error.__traceback__
    while trace:
        frame = trace.tb_frame
        lines.append((frame.f_code.co_name, trace.tb_lineno, frame.f_lineno))
        trace = trace.tb_next
    text = "".join(traceback.format_exception(error))
    causes = [repr(error.__cause__), repr(error.__context__)]
    error.__traceback__ = None
    return repr(error), lines, causes, text


def steps(made, *calls):
    """What happens to a generator or a coroutine."""
    found = []
    for name, *args in calls:
        name = "__next__" if name == "next" else name
        found.append(outcome(getattr(made, name), *args))
        frame = getattr(made, "gi_frame", None) or getattr(made, "cr_frame", None)
        found.append(frame and (frame.f_lineno, sorted(frame.f_locals)))
        # What lies on its stack: a token, which must wait while the generator does.
        tokens = [it for it in gc.get_referents(made) if hasattr(it, "awaits_its_turn")]
        found.extend("a token runs on" for it in tokens if not it.awaits_its_turn())
    return found


def shown(value):
    text = repr(value)
    return type(value).__name__ if " at 0x" in text or "name='Task-" in text else text
