"""The pool is a queue of slots; a slot is a connection, or None for one yet to be made."""

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
        self._slots: Queue[C | None] = toro.LifoQueue(initial=[None] * size)

    @contextlib.asynccontextmanager
    async def connection(self, timeout: float | None = None) -> AsyncIterator[C]:
        """Have a connection to oneself for a while.

        ``toro_core.Timeout`` if none comes free in time, Closed if the pool is or gets closed.
        One whose block raises is not used again: nobody knows what state it is in.
        """
        slot = await self._take(timeout)
        kept = None
        try:
            connection = await self._connect() if slot is None else slot
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
        with contextlib.suppress(toro_core.Empty, toro_core.ShutDown):
            while True:
                self._retire(self._slots.get_nowait())
        self._slots.shutdown()
        await self._slots.join(timeout=timeout)

    async def _take(self, timeout: float | None) -> C | None:
        try:
            return await self._slots.get(timeout=timeout)
        except toro_core.ShutDown:
            raise Closed("the pool is closed") from None

    def _give_back(self, slot: C | None) -> None:
        try:
            self._slots.put_nowait(slot)
        except toro_core.ShutDown:
            self._retire(slot)
        else:
            self._slots.task_done()  # after the put, so that join() sees no gap

    def _retire(self, slot: C | None) -> None:
        if slot is not None:
            slot.close()
        self._slots.task_done()
