"""The examples' `Loop` on asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, TypeVar

from _http import Client, Handler, converse
from _tasks import group, sleep

__all__ = ["group", "http_client", "http_server", "run", "sleep", "time"]

T = TypeVar("T")


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return asyncio.run(main())


def time() -> float:
    return asyncio.get_running_loop().time()


def http_client() -> AbstractAsyncContextManager[Client]:
    import _httpx  # only the programs that need it need httpx

    return _httpx.http_client(asyncio.timeout)


class Stream:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def receive(self) -> bytes:
        try:
            return await self._reader.read(65536)
        except ConnectionError:
            return b""

    async def send(self, data: bytes) -> None:
        with suppress(ConnectionError):
            self._writer.write(data)
            await self._writer.drain()


@asynccontextmanager
async def http_server(handler: Handler) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await converse(group, Stream(reader, writer), handler)
        finally:
            writer.close()

    async with group() as tasks:

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.spawn(serve, reader, writer)

        async with await asyncio.start_server(begin, "127.0.0.1", 0) as server:
            host, port = server.sockets[0].getsockname()
            yield f"http://{host}:{port}"
