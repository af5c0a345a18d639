"""The pool is a queue of permits, and a stack of the connections that nobody uses."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Generic, Protocol, TypeVar

import toro_core
from toro_core.typing import Queue, Toro

__all__ = ["Closed", "Connection", "Pool"]


class Connection(Protocol):
    def close(self) -> object: ...


C = TypeVar("C", bound=Connection)


class Closed(Exception):
    """The pool was closed before there was a connection."""


class Pool(Generic[C]):
    """At most *size* connections at a time, made when needed, used again after use."""

    def __init__(self, toro: Toro, connect: Callable[[], Awaitable[C]], size: int) -> None:
        self._connect = connect
        self._permits: Queue[None] = toro.Queue(initial=[None] * size)
        self._idle: list[C] = []

    @contextlib.asynccontextmanager
    async def connection(self, timeout: float | None = None) -> AsyncIterator[C]:
        """Have a connection to oneself for a while.

        ``toro_core.Timeout`` if none comes free in time, Closed if the pool is or gets closed.
        One whose block raises is not used again: nobody knows what state it is in.
        """
        await self._get_permit(timeout)
        kept = None
        try:
            connection = self._idle.pop() if self._idle else await self._connect()
            try:
                yield connection
                kept = connection
            finally:
                if kept is None:
                    connection.close()
        finally:
            self._give_back(kept)

    async def close(self, timeout: float | None = None) -> None:
        """Let nobody in any more, close what is idle, and wait until all are done."""
        # Immediate, so that join() does not wait for the permit of somebody who was to have it
        # next and was cancelled: nobody else will take it.
        self._permits.shutdown(immediate=True)
        while self._idle:
            self._idle.pop().close()
        await self._permits.join(timeout=timeout)

    async def _get_permit(self, timeout: float | None) -> None:
        try:
            await self._permits.get(timeout=timeout)
        except toro_core.ShutDown:
            raise Closed("the pool is closed") from None

    def _give_back(self, connection: C | None) -> None:
        try:
            self._permits.put_nowait(None)
        except toro_core.ShutDown:
            if connection is not None:
                connection.close()
        else:
            if connection is not None:
                self._idle.append(connection)
        finally:
            self._permits.task_done()  # after the put, so that join() sees no gap
