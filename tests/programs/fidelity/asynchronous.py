"""An event loop with handlers of signals, children and threads."""

import asyncio
import contextlib
import os
import signal
import sys


async def child(*words):
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return output, process.returncode


async def serve(reader, writer):
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def main():
    loop = asyncio.get_running_loop()
    arrived = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, arrived.set)
    loop.call_later(0.05, os.kill, os.getpid(), signal.SIGUSR1)
    await arrived.wait()
    print("the signal arrived", loop.remove_signal_handler(signal.SIGUSR1))
    print(await child(sys.executable, "-c", "import sys; print(sys.argv); sys.exit(3)"))
    print(await child("sh", "-c", "kill -TERM $$"))
    print(await asyncio.to_thread(sum, [1, 2, 3]))
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"a line\n")
        print(await reader.read())
        writer.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0, number)) for number in range(3)]
    print([task.result() for task in tasks])


async def interrupted():
    asyncio.get_running_loop().call_later(0.05, signal.raise_signal, signal.SIGINT)
    try:
        await asyncio.sleep(60)
    finally:
        print("cancelled", asyncio.current_task().cancelling())


asyncio.run(main())
try:
    asyncio.run(interrupted())
except KeyboardInterrupt:
    print("interrupted")


async def forgotten():
    asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0.01)


async def fail():
    raise ValueError("nobody waits for this")


asyncio.run(forgotten())
asyncio.run(interrupted())
