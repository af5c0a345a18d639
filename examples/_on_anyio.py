"""The examples' `Loop` on AnyIO."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, TypeVar

import anyio
import anyio.abc

from _http import Client, Handler, converse

T = TypeVar("T")


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return anyio.run(main)


def time() -> float:
    return anyio.current_time()


async def sleep(seconds: float) -> None:
    await anyio.sleep(seconds)


class Group:
    def __init__(self, tasks: anyio.abc.TaskGroup) -> None:
        self._tasks = tasks

    def spawn(
        self, function: Callable[..., Coroutine[Any, Any, None]], *args: Any
    ) -> Callable[[], None]:
        scope = anyio.CancelScope()

        async def task() -> None:
            with scope:
                await function(*args)

        self._tasks.start_soon(task)
        return scope.cancel


@asynccontextmanager
async def group() -> AsyncIterator[Group]:
    async with anyio.create_task_group() as tasks:
        yield Group(tasks)


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    with anyio.fail_after(seconds):
        yield


def http_client() -> AbstractAsyncContextManager[Client]:
    import _httpx  # only the programs that need it need httpx

    return _httpx.http_client(within)


class Stream:
    def __init__(self, stream: anyio.abc.SocketStream) -> None:
        self._stream = stream

    async def receive(self) -> bytes:
        try:
            return await self._stream.receive()
        except (anyio.EndOfStream, anyio.BrokenResourceError):
            return b""

    async def send(self, data: bytes) -> None:
        with suppress(anyio.BrokenResourceError):
            await self._stream.send(data)


@asynccontextmanager
async def http_server(handler: Handler) -> AsyncIterator[str]:
    async def serve(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await converse(group, Stream(stream), handler)

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, serve)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        yield f"http://127.0.0.1:{port}"
        tasks.cancel_scope.cancel()
