"""Functions that end in all ways, and uses of them with what is to be recorded."""

import asyncio
import gc
import sys
import threading

USES = []


def uses(**expected):
    """Name the functions to time: calls, errors, closed calls, and resumes of each.

    Resumes are None where something is thrown in: from 3.12 on that resumes, too.
    """

    def used(function):
        function.expected = expected
        USES.append(function)
        return function

    return used


def raises(expected, function):
    """Call a function that must raise."""
    try:
        function()
    except expected as error:
        return error
    raise AssertionError(f"{function} raised nothing")


def elsewhere(function):
    """Call a function on a thread of its own."""
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def plain(x=1):
    return x


def nothing():
    pass


def not_implemented():
    return NotImplemented


def fails():
    raise ValueError("always")


def may_fail(fail):
    try:
        if fail:
            raise KeyError(fail)
    finally:
        plain()
    return fail


def handles():
    try:
        fails()
    except ValueError:
        return "handled"


def calls(function):
    return function()


def raises_without_traceback():
    try:
        raise ValueError
    except ValueError as error:
        error.__traceback__ = None
        raise


def raises_what_was_raised_elsewhere():
    try:
        raise ValueError
    except ValueError as error:
        try:
            handles_another(error)
        except ValueError:
            pass
        raise


def handles_another(error):
    raise error


def raises_with_traceback():
    try:
        raise ValueError
    except ValueError as error:
        raise error.with_traceback(None) from None


def raises_in_a_handler_of_groups():
    try:
        raise ExceptionGroup("", [ValueError(), TypeError()])
    except* ValueError:
        raise KeyError from None


def handles_a_part_of_a_group():
    try:
        raise ExceptionGroup("", [ValueError(), TypeError()])
    except* ValueError:
        pass


class RaisesAgain:
    def __enter__(self):
        pass

    def __exit__(self, kind, error, traceback):
        try:
            raise error
        except kind:
            return False


def raises_within_with():
    with RaisesAgain():
        raise OSError


def generates_until_it_raises(error):
    yield
    raise error


async def raises_stop_iteration():
    raise StopIteration


def recursive(depth):
    return depth and 1 + recursive(depth - 1)


def one(x):
    return other(x - 1) if x else 0


def other(x):
    return one(x - 1) if x else 0


def generates(number):
    for each in range(number):
        yield each


def delegates(number):
    yield "first"
    result = yield from generates(number)
    return result


def guarded():
    try:
        yield 1
        yield 2
    except KeyError:
        yield "caught"
    finally:
        plain()


async def sleeps(times):
    for _ in range(times):
        await asyncio.sleep(0)
    return times


async def awaits():
    return await sleeps(1) + await sleeps(2)


async def async_generates(number):
    for each in range(number):
        await asyncio.sleep(0)
        yield each


async def consumes(number):
    return [each async for each in async_generates(number)]


@uses(plain=(3, 0, 0, 0), nothing=(1, 0, 0, 0), not_implemented=(1, 0, 0, 0))
def returns():
    assert plain() + plain(2) + plain(x=3) == 6
    assert nothing() is None
    assert not_implemented() is NotImplemented


@uses(fails=(2, 2, 0, 0), handles=(1, 0, 0, 0), may_fail=(3, 1, 0, 0), plain=(3, 0, 0, 0))
def raises_and_handles():
    assert handles() == "handled"
    try:
        fails()
    except ValueError as error:
        assert error.__traceback__.tb_next.tb_lineno == fails.__code__.co_firstlineno + 1
    assert may_fail(0) == 0 and may_fail("") == ""
    try:
        may_fail(1)
    except KeyError:
        pass


OTHER_RAISES = [
    raises_without_traceback,
    raises_what_was_raised_elsewhere,
    raises_with_traceback,
    raises_in_a_handler_of_groups,
    handles_a_part_of_a_group,
    raises_within_with,
]


@uses(**{function.__name__: (1, 1, 0, 0) for function in OTHER_RAISES})
def raises_otherwise():
    for function in OTHER_RAISES:
        raises(Exception, function)


@uses(generates_until_it_raises=(2, 2, 0, 2), raises_stop_iteration=(1, 1, 0, 0))
def raises_stop_iteration_where_it_is_converted():
    for error in (StopIteration, ValueError):
        raises((RuntimeError, ValueError), lambda: list(generates_until_it_raises(error)))
    raises(RuntimeError, lambda: raises_stop_iteration().send(None))


@uses(recursive=(101, 0, 0, 0), one=(6, 0, 0, 0), other=(5, 0, 0, 0))
def recurses():
    assert recursive(100) == 100
    assert one(10) == 0


@uses(generates=(2, 0, 0, 6))
def exhausts_generators():
    assert list(generates(3)) == [0, 1, 2]
    assert sum(generates(3)) == 3
    generates(3)  # never begun


@uses(generates=(5, 1, 4, None))
def closes_generators():
    for end in ("close", "del", "throw", "gc"):
        generator = generates(3)
        next(generator)
        if end == "close":
            generator.close()
        elif end == "throw":
            try:
                generator.throw(ZeroDivisionError)
            except ZeroDivisionError:
                pass
        elif end == "gc":
            cycle = [generator]
            cycle.append(cycle)
            del cycle
        del generator
        gc.collect()
    generator = generates(3)
    next(generator)
    next(generator)
    try:
        raise KeyError
    except KeyError:
        generator.close()


@uses(generates=(2, 0, 1, None), fails=(1, 1, 0, 0))
def clears_frames():
    suspended, finished = generates(3), generates(0)
    frames = [finished.gi_frame, raises(ValueError, fails).__traceback__.tb_next.tb_frame]
    assert list(finished) == []
    for frame in frames:
        frame.clear()
    next(suspended)
    try:
        suspended.gi_frame.clear()
    except RuntimeError:
        assert sys.version_info >= (3, 13)
    else:
        assert list(suspended) == []


@uses(guarded=(2, 0, 2, None), plain=(2, 0, 0, 0), calls=(2, 0, 0, 0))
def other_threads_end_generators():
    closed, dropped = guarded(), guarded()
    next(closed)
    next(dropped)
    elsewhere(lambda: calls(closed.close))
    held = [dropped]
    del dropped
    elsewhere(lambda: calls(held.clear))


def drops_while_raising():
    generator = generates(3)
    next(generator)
    raise ValueError


@uses(generates=(1, 0, 1, None), drops_while_raising=(1, 1, 0, 0))
def drops_a_generator_while_an_exception_passes():
    try:
        drops_while_raising()
    except ValueError as error:
        error.__traceback__ = None


@uses(delegates=(3, 0, 2, None), generates=(3, 0, 2, None))
def delegates_to_generators():
    assert list(delegates(2)) == ["first", 0, 1]
    for _ in range(2):
        generator = delegates(2)
        next(generator)
        next(generator)
        generator.close()


@uses(guarded=(4, 1, 2, None), plain=(4, 0, 0, 0))
def throws_into_handlers():
    assert list(guarded()) == [1, 2]
    generator = guarded()
    next(generator)
    assert generator.throw(KeyError) == "caught"
    generator.close()
    generator = guarded()
    next(generator)
    generator.close()
    generator = guarded()
    next(generator)
    try:
        generator.throw(OSError)
    except OSError:
        pass


@uses(sleeps=(5, 1, 0, None), awaits=(1, 0, 0, 3))
def awaits_coroutines():
    async def main():
        assert await awaits() == 3
        assert await asyncio.gather(sleeps(2), sleeps(2)) == [2, 2]
        task = asyncio.create_task(sleeps(1000))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass

    asyncio.run(main())


@uses(async_generates=(2, 0, 1, None), consumes=(1, 0, 0, 3))
def consumes_async_generators():
    async def main():
        assert await consumes(3) == [0, 1, 2]
        generator = async_generates(3)
        assert await anext(generator) == 0
        await generator.aclose()

    asyncio.run(main())


@uses(plain=(4000, 0, 0, 0), recursive=(4000, 0, 0, 0), generates=(4000, 0, 0, 4000))
def runs_in_threads():
    def work():
        for _ in range(1000):
            plain()
            recursive(0)
            list(generates(1))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)


@uses(generates=(1, 0, 0, 4))
def a_generator_changes_its_thread():
    generator = generates(4)
    seen = []
    for _ in range(4):
        elsewhere(lambda: seen.append(next(generator)))
    assert seen == [0, 1, 2, 3] and next(generator, None) is None


@uses(handles=(1, 1, 0, 0))
def an_exception_of_a_callee_is_one_of_the_caller():
    function = fails.__code__
    fails.__code__ = (lambda: {}[1]).__code__
    try:
        handles()
    except KeyError:
        pass
    fails.__code__ = function
