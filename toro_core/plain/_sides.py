"""The two sides of an RWLock, for ``async with``.

The same on every loop: what is awaited may be a coroutine or a Future.
"""

from __future__ import annotations

from typing import Any, ClassVar

from .._describe import title
from ._bound import NoPlainWith

__all__ = ["ReaderSide", "WriterSide"]


class Side(NoPlainWith):
    """What both are."""

    __slots__ = ("_rwlock",)
    _role: ClassVar[str]

    def __init__(self, rwlock: Any) -> None:
        self._rwlock = rwlock

    def _called(self) -> str:
        return f"The {self._role} of {title(self._rwlock)}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._rwlock!r}>"


class ReaderSide(Side):
    """``async with rwlock.reader:`` holds the lock to read."""

    __slots__ = ()
    _role = "reader"
    _instead = "`async with rwlock.reader:`, or `with await rwlock.acquire_read():`"

    async def __aenter__(self) -> None:
        await self._rwlock.acquire_read()

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        self._rwlock.release_read()


class WriterSide(Side):
    """``async with rwlock.writer:`` holds the lock to write."""

    __slots__ = ()
    _role = "writer"
    _instead = "`async with rwlock.writer:`, or `with await rwlock.acquire_write():`"

    async def __aenter__(self) -> None:
        await self._rwlock.acquire_write()

    async def __aexit__(self, exc_type: object, exc: object, tb: object) -> None:
        self._rwlock.release_write()
