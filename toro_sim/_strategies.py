"""What a strategy is, and the faults that any of them can inject."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ._loop import Loop
    from ._task import Task

__all__ = ["Abandon", "Faults", "Search", "Strategy"]


@dataclasses.dataclass(frozen=True)
class Faults:
    """How many faults a schedule may contain, at most.

    A *cancellation* is ``task.cancel()`` from outside, at any await of any task but main.  A
    *timeout* is a clock that moves on to the next timer although tasks are ready, as it does on
    a busy machine.
    """

    cancellations: int = 0
    timeouts: int = 0


class Abandon(BaseException):
    """This run need not be continued: it has come to a state that has been seen."""


class Search(Protocol):
    """One search under way: a chooser, asked between runs whether to go on."""

    @property
    def states(self) -> int | None:
        """How many different states were met; None if they were not compared."""
        ...

    @property
    def opaque(self) -> frozenset[str]:
        """Types that kept states from being compared."""
        ...

    def next(self) -> bool:
        """Make ready for another run; False if all schedules have been tried."""
        ...

    def covered(self) -> str:
        """What has been covered once ``next`` has returned False."""
        ...

    def taken(self) -> list[tuple[int, int]]:
        """The choices of the last run, as a Schedule has them."""
        ...

    def choose(self, loop: Loop) -> Task | None:
        """See Chooser."""
        ...

    def at_rest(self, loop: Loop) -> bool:
        """See Chooser."""
        ...


class Strategy(Protocol):
    """In which order schedules are tried."""

    def search(self, faults: Faults) -> Search:
        """Begin a search."""
        ...
