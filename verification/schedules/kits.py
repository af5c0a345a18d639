"""What scenarios run on: Toro's adapters, and other libraries under the same names."""

from __future__ import annotations

import asyncio
import queue
from types import SimpleNamespace
from typing import Any

__all__ = ["KITS", "PEERS", "kit"]


def kit(name: str) -> Any:
    """The kit called *name*, its library imported now."""
    return (KITS | PEERS)[name]()


def _toro_asyncio() -> Any:
    import toro_asyncio

    return _of(toro_asyncio)


def _toro_tornado() -> Any:
    import toro_tornado

    return _of(toro_tornado)


def _toro_anyio() -> Any:
    import toro_anyio

    return _of(toro_anyio)


def _toro_trio() -> Any:
    import toro_trio

    return _of(toro_trio)


def _of(toro: Any) -> Any:
    return SimpleNamespace(
        Lock=toro.Lock,
        Semaphore=toro.Semaphore,
        RWLock=toro.RWLock,
        Monitor=lambda: toro.Condition(lock=toro.Lock()),
        Queue=toro.Queue,
        PriorityQueue=toro.PriorityQueue,
        Full=toro.Full,
    )


def _asyncio() -> Any:
    return SimpleNamespace(
        Lock=asyncio.Lock,
        Semaphore=asyncio.Semaphore,
        Monitor=asyncio.Condition,
        Queue=asyncio.Queue,
        PriorityQueue=asyncio.PriorityQueue,
        Full=asyncio.QueueFull,
    )


def _tornado() -> Any:
    from tornado import locks, queues

    return SimpleNamespace(
        Lock=locks.Lock,
        Semaphore=locks.Semaphore,
        Queue=queues.Queue,
        PriorityQueue=queues.PriorityQueue,
        Full=queues.QueueFull,
    )


def _anyio() -> Any:
    import anyio

    return SimpleNamespace(
        Lock=anyio.Lock,
        Semaphore=lambda value: anyio.Semaphore(value),
        Monitor=anyio.Condition,
    )


class _ThreadsQueue(queue.PriorityQueue[Any]):
    """The one that threads use; this one is never full."""

    async def put(self, item: Any) -> None:  # type: ignore[override]
        self.put_nowait(item)

    def put_nowait(self, item: Any) -> None:
        queue.PriorityQueue.put(self, item)


def _threads() -> Any:
    return SimpleNamespace(PriorityQueue=_ThreadsQueue)


KITS = {
    "toro_asyncio": _toro_asyncio,
    "toro_tornado": _toro_tornado,
    "toro_anyio": _toro_anyio,
    "toro_trio": _toro_trio,
}
PEERS = {"asyncio": _asyncio, "tornado": _tornado, "anyio": _anyio, "queue": _threads}
