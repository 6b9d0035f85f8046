"""Coroutines and async generators, none of which ever suspends."""

from collections.abc import AsyncIterator

from instrumenting_app.call_counts import CALL_COUNTS

__call_counts__ = CALL_COUNTS
count = CALL_COUNTS.counter(__name__)


async def connect() -> None:
    count("connect")


async def listen() -> None:
    count("listen")


async def accept() -> None:
    count("accept")


async def send() -> None:
    count("send")


async def receive() -> None:
    count("receive")


async def disconnect() -> None:
    count("disconnect")


async def pings() -> AsyncIterator[int]:
    count("pings")
    yield 1


async def packets() -> AsyncIterator[int]:
    count("packets")
    yield 1
    yield 2


async def retries() -> AsyncIterator[int]:
    count("retries")
    for _ in range(3):
        yield 1


async def events() -> AsyncIterator[int]:
    count("events")
    try:
        yield 1
    except ValueError:
        yield 2


class Client:
    @classmethod
    async def login(cls) -> None:
        count("Client.login")

    @staticmethod
    async def escape() -> None:
        count("Client.escape")

    async def get(self) -> None:
        count("Client.get")

    async def post(self) -> None:
        count("Client.post")

    async def delete(self) -> None:
        count("Client.delete")


class Server:
    @classmethod
    async def bind(cls) -> None:
        count("Server.bind")

    @staticmethod
    async def check() -> None:
        count("Server.check")

    async def start(self) -> None:
        count("Server.start")

    async def stop(self) -> None:
        count("Server.stop")

    async def handle(self) -> None:
        count("Server.handle")


class Stream:
    @classmethod
    async def merged(cls) -> AsyncIterator[int]:
        count("Stream.merged")
        yield 1

    @staticmethod
    async def silence() -> AsyncIterator[int]:
        count("Stream.silence")
        yield 1

    async def frames(self) -> AsyncIterator[int]:
        count("Stream.frames")
        yield 1

    async def bytes(self) -> AsyncIterator[int]:
        count("Stream.bytes")
        yield 1
