"""What ``acquire`` returns: true, and usable once in a plain ``with``."""

from __future__ import annotations

from typing import Any

__all__ = ["Guard", "ReadGuard", "WriteGuard"]


class Guard:
    """Releases what was acquired at the end of a ``with`` block.

    ``with await lock.acquire(timeout=1): …`` is ``async with lock:`` with a deadline.  The
    body sees None.  A guard may be ignored, and ``release()`` called instead.  It may also be
    given to ``ExitStack.push``, which ends a ``with`` that it has not begun.
    """

    # Set by whoever makes one.  No __init__, which would cost as much as all else in a free
    # acquire; the primitive, then in use a tuple of it, then None.
    __slots__ = ("of",)

    of: Any

    def __enter__(self) -> None:
        if self.of is None or type(self.of) is tuple:
            raise RuntimeError("a guard can be used in one `with` only: acquire again")
        self.of = (self.of,)

    def __exit__(self, *exc_info: object) -> None:
        primitive, self.of = self.of, None
        if type(primitive) is tuple:
            (primitive,) = primitive
        if primitive is not None:
            self._release(primitive)

    @staticmethod
    def _release(primitive: Any) -> None:
        primitive.release()

    def __repr__(self) -> str:
        if self.of is None:
            return f"<{type(self).__name__}, used>"
        if type(self.of) is tuple:
            return f"<{type(self).__name__} of {self.of[0]!r}, in use>"
        return f"<{type(self).__name__} of {self.of!r}>"


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
