"""What scenarios run on: Toro's adapters, and other libraries under the same names."""

from __future__ import annotations

import asyncio
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
        Full=toro.Full,
    )


def _asyncio() -> Any:
    return SimpleNamespace(
        Lock=asyncio.Lock,
        Semaphore=asyncio.Semaphore,
        Monitor=asyncio.Condition,
        Queue=asyncio.Queue,
        Full=asyncio.QueueFull,
    )


def _tornado() -> Any:
    from tornado import locks, queues

    return SimpleNamespace(
        Lock=locks.Lock, Semaphore=locks.Semaphore, Queue=queues.Queue, Full=queues.QueueFull
    )


def _anyio() -> Any:
    import anyio

    return SimpleNamespace(
        Lock=anyio.Lock,
        Semaphore=lambda value: anyio.Semaphore(value),
        Monitor=anyio.Condition,
    )


KITS = {
    "toro_asyncio": _toro_asyncio,
    "toro_tornado": _toro_tornado,
    "toro_anyio": _toro_anyio,
    "toro_trio": _toro_trio,
}
PEERS = {"asyncio": _asyncio, "tornado": _tornado, "anyio": _anyio}
