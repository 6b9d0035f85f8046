"""What a function sees of its own frame and of the stack above it."""

import inspect
import operator
import sys
import traceback
import warnings


def own():
    frame = sys._getframe()
    first = frame.f_lineno
    return first, frame.f_lineno, frame.f_code.co_firstlineno, frame.f_code is own.__code__


def caller():
    return callee()


def callee():
    return [
        (info.function, info.lineno, info.code_context[0].strip(), info.index)
        for info in inspect.stack()[:3]
    ]


def summary():
    return [(it.name, it.lineno, it.line) for it in traceback.extract_stack()[-2:]]


def positions():
    frame = inspect.currentframe()
    return inspect.getframeinfo(frame).positions, inspect.getframeinfo(frame).lineno


def warned():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        deprecated()
    return [(str(it.message), it.lineno) for it in caught]


def deprecated():
    warnings.warn("old", DeprecationWarning, stacklevel=2)


def generator():
    frame = sys._getframe()
    yield frame.f_lineno
    yield frame.f_lineno


def cleared():
    def raising():
        local = "held"
        raise ValueError(local)

    try:
        raising()
    except ValueError as error:
        frame = error.__traceback__.tb_next.tb_frame
        before = frame.f_locals
        frame.clear()
        return before, frame.f_locals


def answers():
    function = own
    code = function.__code__
    return [
        *(inspect.isfunction(function), inspect.iscode(code), inspect.getmodule(function).__name__),
        *(inspect.getsourcefile(function) == __file__, inspect.getsourcelines(function)[1]),
        *(code.co_name, code.co_qualname, code.co_varnames, code.co_flags, code.co_nlocals),
        *(code == own.__code__, {code: 1}[own.__code__], code.replace() == code),
        sorted(set(map(operator.itemgetter(2), code.co_lines())) - {None}),
    ]


def main():
    print(own(), caller(), summary(), positions(), warned())
    print(list(generator()), cleared(), answers())
    print(inspect.getsource(caller), callee.__code__.co_code == callee.__code__.co_code)
