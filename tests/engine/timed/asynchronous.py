"""Coroutines and asynchronous generators, driven by hand and by asyncio."""

import asyncio
import contextlib
import gc

from outcomes import outcome, steps

class Ready:
    """Is awaited `times` times."""

    def __init__(self, times):
        self.times = times

    def __await__(self):
        for n in range(self.times):
            yield n
        return self.times


class Context:
    def __init__(self, x):
        self.x = x

    async def __aenter__(self):
        await Ready(1)
        return self.x

    async def __aexit__(self, kind, error, trace):
        await Ready(1)
        return kind is KeyError


def case_coroutines():
    async def waits(x):
        try:
            return await Ready(x)
        finally:
            await Ready(1)

    async def twice(x):
        return await waits(x), [await waits(y) for y in range(x)]

    async def catches(x):
        while True:
            try:
                await waits(x)
                return "done"
            except KeyError:
                x = 0

    async def nothing():
        pass

    async def with_all(x):
        async with Context(x) as y:
            await Ready(1)
            if x == 1:
                return y
            if x == 2:
                raise KeyError(x)
        return "after"

    def shows():
        made = twice(2)
        made.send(None)
        awaited = made.cr_await.__name__
        return awaited, outcome(made.close), outcome(made.close)

    return (
        steps(twice(2), *[("send", None)] * 9),
        steps(twice(2), ("send", None), ("throw", KeyError(1)), ("send", None)),
        steps(twice(2), ("send", None), ("close",)),
        steps(catches(2), ("send", None), ("throw", KeyError(1)), *[("send", None)] * 3),
        steps(nothing(), ("send", None)),
        steps(nothing(), ("close",)),
        *(steps(with_all(x), *[("send", None)] * 5) for x in (1, 2, 3)),
        steps(with_all(1), ("send", None), ("send", None), ("throw", ValueError("v")), ("send", 0)),
        shows(),
    )


def case_async_generators():
    async def count(n):
        try:
            for i in range(n):
                await Ready(1)
                received = yield i
                if received:
                    yield received
        finally:
            await Ready(1)

    async def catches():
        while True:
            try:
                yield 1
            except ValueError as error:
                yield repr(error)

    async def collects(made):
        return [x async for x in made]

    async def stops_early(made):
        async for x in made:
            if x == 1:
                break
        else:
            return "all"
        return "early"

    async def on_one_line(made):
        async for x in made: await Ready(x)

    async def on_several_lines(
        made,
    ):
        async for x in (
            made
        ):
            await Ready(
                x,
            )
        else:
            x = (
                x,
            )
        async for y in count(2):
            if y:
                continue
            x += (y,)
            await Ready(1)
        return x

    async def lazily(made):
        made = (x + 1 async for x in made if x != 1)
        return [x async for x in made]

    async def drives(made):
        received = []
        for name, *args in [
            ("asend", None),
            ("asend", "a"),
            ("athrow", ValueError("v")),
            ("__anext__",),
            ("aclose",),
            ("__anext__",),
        ]:
            try:
                received.append(await getattr(made, name)(*args))
            except (Exception, StopAsyncIteration) as error:
                received.append(repr(error))
        return received

    async def fails():
        yield 1
        raise KeyError(2)

    async def stops():
        yield 1
        raise StopAsyncIteration

    async def never_awaited():
        yield 1

    def abandons(made):
        step = made.asend(None)
        try:
            step.send(None)
            step.send(None)
        except StopIteration:
            pass
        del step, made
        gc.collect()

    drive = [("send", None)] * 14
    return (
        steps(collects(count(3)), *drive),
        steps(stops_early(count(3)), *drive),
        steps(stops_early(count(1)), *drive),
        steps(on_one_line(count(3)), *drive),
        steps(on_several_lines(count(3)), *drive, *drive),
        steps(lazily(count(4)), *drive),
        steps(drives(count(3)), *drive),
        steps(drives(catches()), *drive),
        steps(collects(fails()), *drive),
        steps(collects(stops()), *drive),
        steps(collects(count(3)), ("send", None), ("throw", IndexError("i")), *drive),
        steps(collects(count(3)), ("send", None), ("close",)),
        abandons(count(2)),
        never_awaited() is None,
    )


def case_asyncio():
    async def sleeps(x):
        await asyncio.sleep(0)
        return x

    async def ticks(n):
        for i in range(n):
            yield i
            await asyncio.sleep(0)

    async def waits_for_ever():
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            raise

    async def main():
        found = [await sleeps(3), await asyncio.gather(*(sleeps(i) for i in range(5)))]
        task = asyncio.create_task(waits_for_ever())
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        made = ticks(5)
        found.append(await made.__anext__())
        await made.aclose()
        async for x in ticks(5):
            break
        found.append([x async for x in ticks(3) if x])
        try:
            await asyncio.wait_for(waits_for_ever(), 0)
        except TimeoutError:
            found.append("too late")
        return found

    return asyncio.run(main())
