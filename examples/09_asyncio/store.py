"""Keeps values: `PUT /NAME`, `GET /NAME`, `DELETE /NAME`; `GET /` lists the names.

Nothing but `asyncio`: a task for each connection, which stays open between requests.
"""

import argparse
import asyncio
import contextlib
import json
from asyncio import CancelledError, IncompleteReadError, StreamReader, StreamWriter
from dataclasses import dataclass
from http import HTTPStatus

#: The values, as they came.
VALUES: dict[str, bytes] = {}


@dataclass
class Request:
    """What a client wants."""

    method: str
    name: str
    body: bytes


async def read_request(reader: StreamReader) -> Request:
    """Read one request, with a body as long as its Content-Length."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *fields = head.strip().splitlines()
    headers = dict(field.lower().split(": ", 1) for field in fields)
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    method, path, _ = line.split(" ")
    return Request(method, path.removeprefix("/"), body)


async def get(request: Request) -> tuple[HTTPStatus, bytes]:
    """Answer with a value, or with all names and the bytes of their values."""
    await asyncio.sleep(0)  # others may go first, as if the values were in a database
    if not request.name:
        sizes = {name: len(value) for name, value in sorted(VALUES.items())}
        return HTTPStatus.OK, json.dumps(sizes).encode()
    if request.name not in VALUES:
        return HTTPStatus.NOT_FOUND, b"no such name"
    return HTTPStatus.OK, VALUES[request.name]


async def put(request: Request) -> tuple[HTTPStatus, bytes]:
    """Keep a value, in place of an earlier one."""
    is_new = request.name not in VALUES
    VALUES[request.name] = request.body
    return (HTTPStatus.CREATED if is_new else HTTPStatus.OK), b"kept"


async def delete(request: Request) -> tuple[HTTPStatus, bytes]:
    """Forget a value."""
    if VALUES.pop(request.name, None) is None:
        return HTTPStatus.NOT_FOUND, b"no such name"
    return HTTPStatus.OK, b"forgotten"


HANDLERS = {"GET": get, "PUT": put, "DELETE": delete}


async def answer(request: Request) -> tuple[HTTPStatus, bytes]:
    """Let the handler of the method answer."""
    handler = HANDLERS.get(request.method)
    if handler is None:
        return HTTPStatus.METHOD_NOT_ALLOWED, b"GET, PUT and DELETE"
    return await handler(request)


async def converse(reader: StreamReader, writer: StreamWriter) -> None:
    """Answer the requests of one connection until the client closes it."""
    try:
        while True:
            status, body = await answer(await read_request(reader))
            head = f"HTTP/1.1 {status} {status.phrase}\r\nContent-Length: {len(body)}"
            writer.write(head.encode() + b"\r\n\r\n" + body)
            await writer.drain()
    except (IncompleteReadError, ConnectionError, CancelledError):
        writer.close()  # the client has gone, or the service goes


async def serve(port: int) -> None:
    """Serve until cancelled."""
    server = await asyncio.start_server(converse, "127.0.0.1", port)
    host, port = server.sockets[0].getsockname()
    print(f"serving on http://{host}:{port}", flush=True)
    try:
        # Not `serve_forever`, which at the end waits for clients to go (3.12, 3.13).
        await asyncio.Event().wait()
    finally:
        server.close()
        print("the store is closed", flush=True)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Keep values under names.")
    parser.add_argument("--port", type=int, default=8000, help="0: any that is free")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args().port))
