"""The examples' `Loop` on Trio."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from typing import Any, TypeVar

import trio

from _http import Client, Handler, converse

T = TypeVar("T")


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return trio.run(main)


def time() -> float:
    return trio.current_time()


async def sleep(seconds: float) -> None:
    await trio.sleep(seconds)


class Group:
    def __init__(self, nursery: trio.Nursery) -> None:
        self._nursery = nursery

    def spawn(
        self, function: Callable[..., Coroutine[Any, Any, None]], *args: Any
    ) -> Callable[[], None]:
        scope = trio.CancelScope()

        async def task() -> None:
            with scope:
                await function(*args)

        self._nursery.start_soon(task)
        return scope.cancel


@asynccontextmanager
async def group() -> AsyncIterator[Group]:
    async with trio.open_nursery() as nursery:
        yield Group(nursery)


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    try:
        with trio.fail_after(seconds):
            yield
    except trio.TooSlowError as error:
        raise TimeoutError from error


def http_client() -> AbstractAsyncContextManager[Client]:
    import _httpx  # only the programs that need it need httpx

    return _httpx.http_client(within)


class Stream:
    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream

    async def receive(self) -> bytes:
        try:
            return bytes(await self._stream.receive_some())
        except trio.BrokenResourceError:
            return b""

    async def send(self, data: bytes) -> None:
        with suppress(trio.BrokenResourceError):
            await self._stream.send_all(data)


@asynccontextmanager
async def http_server(handler: Handler) -> AsyncIterator[str]:
    async def serve(stream: trio.SocketStream) -> None:
        await converse(group, Stream(stream), handler)

    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(partial(trio.serve_listeners, serve, listeners))
        host, port = listeners[0].socket.getsockname()
        yield f"http://{host}:{port}"
        nursery.cancel_scope.cancel()
