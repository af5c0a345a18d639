"""The two sides of an RWLock, for ``async with``.

The same on every loop: what is awaited may be a coroutine or a Future.
"""

from __future__ import annotations

from typing import Any

from .._describe import title
from ._bound import NoPlainWith

__all__ = ["ReaderSide", "WriterSide"]


class ReaderSide(NoPlainWith):
    """``async with rwlock.reader:`` holds the lock to read."""

    __slots__ = ("_rwlock",)
    _instead = "`async with rwlock.reader:`, or `with await rwlock.acquire_read():`"

    def _called(self) -> str:
        return f"The reader of {title(self._rwlock)}"

    def __init__(self, rwlock: Any) -> None:
        self._rwlock = rwlock

    async def __aenter__(self) -> None:
        await self._rwlock.acquire_read()

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        self._rwlock.release_read()


class WriterSide(NoPlainWith):
    """``async with rwlock.writer:`` holds the lock to write."""

    __slots__ = ("_rwlock",)
    _instead = "`async with rwlock.writer:`, or `with await rwlock.acquire_write():`"

    def _called(self) -> str:
        return f"The writer of {title(self._rwlock)}"

    def __init__(self, rwlock: Any) -> None:
        self._rwlock = rwlock

    async def __aenter__(self) -> None:
        await self._rwlock.acquire_write()

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        self._rwlock.release_write()
