"""What ``acquire`` returns: true, and usable once in a plain ``with``."""

from __future__ import annotations

from typing import Any

__all__ = ["Guard", "ReadGuard", "WriteGuard"]


class Guard:
    """Releases what was acquired at the end of a ``with`` block.

    ``with await lock.acquire(timeout=1): …`` is ``async with lock:`` with a deadline.  The
    body sees None.  A guard may be ignored, and ``release()`` called instead.
    """

    __slots__ = ("_entered", "_fresh")

    def __init__(self, primitive: Any) -> None:
        self._fresh = primitive
        self._entered: Any = None

    def __enter__(self) -> None:
        if self._fresh is None:
            raise RuntimeError("a guard can be used in one `with` only: acquire again")
        self._entered, self._fresh = self._fresh, None

    def __exit__(self, *exc_info: object) -> None:
        primitive, self._entered = self._entered, None
        if primitive is not None:
            self._release(primitive)

    @staticmethod
    def _release(primitive: Any) -> None:
        primitive.release()

    def __repr__(self) -> str:
        if self._fresh is not None:
            return f"<{type(self).__name__} of {self._fresh!r}>"
        if self._entered is not None:
            return f"<{type(self).__name__} of {self._entered!r}, in use>"
        return f"<{type(self).__name__}, used>"


class ReadGuard(Guard):
    """A Guard of an RWLock held to read."""

    __slots__ = ()

    @staticmethod
    def _release(primitive: Any) -> None:
        primitive.release_read()


class WriteGuard(Guard):
    """A Guard of an RWLock held to write."""

    __slots__ = ()

    @staticmethod
    def _release(primitive: Any) -> None:
        primitive.release_write()
