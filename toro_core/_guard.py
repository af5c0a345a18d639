"""What ``acquire`` returns: true, and usable once in a plain ``with``."""

from __future__ import annotations

from typing import Any

__all__ = ["Guard", "ReadGuard", "WriteGuard"]


class Guard:
    """Releases what was acquired at the end of a ``with`` block.

    ``with await lock.acquire(timeout=1): …`` is ``async with lock:`` with a deadline.  The
    body sees None.  A guard may be ignored, and ``release()`` called instead.
    """

    # The primitive; in use, a tuple of it; then None.  One slot, as making a guard is most of
    # the cost of a free acquire.
    __slots__ = ("_of",)

    def __init__(self, primitive: Any) -> None:
        self._of = primitive

    def __enter__(self) -> None:
        if self._of is None or type(self._of) is tuple:
            raise RuntimeError("a guard can be used in one `with` only: acquire again")
        self._of = (self._of,)

    def __exit__(self, *exc_info: object) -> None:
        entered, self._of = self._of, None
        if type(entered) is tuple:
            self._release(*entered)

    @staticmethod
    def _release(primitive: Any) -> None:
        primitive.release()

    def __repr__(self) -> str:
        if self._of is None:
            return f"<{type(self).__name__}, used>"
        if type(self._of) is tuple:
            return f"<{type(self).__name__} of {self._of[0]!r}, in use>"
        return f"<{type(self).__name__} of {self._of!r}>"


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
