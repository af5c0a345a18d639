"""Those who wait, first come first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from .._waiter import WAITING, Waiter

__all__ = ["Line"]


class Line(deque[Waiter]):
    """A deque in which those who leave stay as husks until they come to the front.

    So anybody leaves in O(1), and a hand-over costs a quarter of a microsecond less than with
    an OrderedDict.  A husk is a waiter that no longer waits; at most half of a line are husks,
    and the first never is: a line is true exactly if somebody waits in it.
    """

    __slots__ = ("husks", "visitors")

    husks: int
    # Of a lock's: lines of monitors, among them all those whose waiters will come here.
    visitors: tuple[Line, ...]

    def __init__(self, waiters: Iterable[Waiter] = ()) -> None:
        super().__init__(waiters)
        self.husks = 0
        self.visitors = ()

    @property
    def waiting(self) -> int:
        """How many wait; ``len()`` would count the husks too."""
        return len(self) - self.husks

    def __iter__(self) -> Iterator[Waiter]:
        """Those who wait, in their order."""
        if not self.husks:
            return super().__iter__()
        return (waiter for waiter in super().__iter__() if waiter.state is WAITING)

    def expect(self, line: Line) -> None:
        """Those who are about to wait in *line* will come here, sooner or later."""
        others = (other for other in self.visitors if other and other is not line)
        self.visitors = (*others, line)

    def leave(self) -> None:
        """One of those in it, whose state says so already, no longer waits."""
        self.husks += 1
        self.trim()

    def trim(self) -> None:
        """The first has gone: so do husks behind it, and all of them once they are too many."""
        while self.husks and self[0].state is not WAITING:
            self.popleft()
            self.husks -= 1
        if self.husks * 2 > len(self):
            waiting = list(self)
            self.clear()
            self.extend(waiting)

    def clear(self) -> None:
        super().clear()
        self.husks = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return (Line, (list(self),), (None, {"visitors": self.visitors}))
