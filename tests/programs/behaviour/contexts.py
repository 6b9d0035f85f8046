"""Context variables, logging with the caller's line, and `warnings` by patched functions."""

import asyncio
import contextvars
import io
import logging

current = contextvars.ContextVar("current", default="outside")


def inside(value):
    token = current.set(value)
    try:
        return seen()
    finally:
        current.reset(token)


def seen():
    return current.get()


async def in_a_task(value):
    current.set(value)
    await asyncio.sleep(0)
    return seen()


async def tasks():
    return await asyncio.gather(*(asyncio.create_task(in_a_task(n)) for n in range(3)))


def log(logger, text):
    logger.info(text)
    logger.warning("%s from the caller", text, stacklevel=2)
    try:
        raise ValueError(text)
    except ValueError:
        logger.exception("caught")


def main():
    print(inside("a"), seen(), contextvars.copy_context().run(inside, "b"), asyncio.run(tasks()))
    stream = io.StringIO()
    logger = logging.Logger("contexts")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(funcName)s:%(lineno)d %(message)s"))
    logger.addHandler(handler)
    log(logger, "said")
    print(stream.getvalue())
