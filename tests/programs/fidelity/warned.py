"""Warnings are shown once, and where they are due."""

import asyncio
import warnings


async def forgotten():
    pass


def old():
    warnings.warn("is old", DeprecationWarning, stacklevel=2)


for _ in range(3):
    old()
warnings.warn("pending", PendingDeprecationWarning)
warnings.warn("a resource", ResourceWarning)
warnings.warn("is shown")
forgotten()
print(asyncio.run(asyncio.sleep(0, "slept")))
