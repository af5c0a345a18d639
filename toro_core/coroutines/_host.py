"""What a loop must offer for the coroutine shape to run on it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol

from .._waiter import Waiter
from ..machines import Machine, Settled

__all__ = ["Host"]


class Host(Protocol):
    """One event loop, as seen from a primitive.

    A host never decides who goes next.  It puts the running task to sleep, wakes tasks
    whose waiters are settled, and minds the clock.
    """

    @property
    def checkpoints(self) -> bool:
        """Must a wait that succeeds at once still yield to the loop, as on Trio?"""

    @property
    def cancellations(self) -> tuple[type[BaseException], ...]:
        """What a cancelled task of this loop sees raised."""

    def home(self) -> Any:
        """The running loop, compared by ``is``; None outside of any."""

    def is_gone(self, home: Any) -> bool:
        """Has that loop been closed, so that nobody there will ever wake?"""

    def check_caller(self, home: Any) -> None:
        """RuntimeError if *home* runs all the same, in another thread.

        Asked only where nothing runs, and *home* is not gone.  Always raising is fine where a loop
        that has begun runs until it is gone; where it may stand still in between, as asyncio's
        does between two ``run_until_complete``, nobody is disturbed then and it must not raise.
        """

    def now(self) -> float:
        """The time on the clock that deadlines refer to."""

    def waiter(self, handle: Any, request: Any, deadline: float | None) -> Waiter:
        """A waiter for the running task.

        A PromptWaiter if a task that was woken can no longer be cancelled, and a cancellation
        before that is heard of at once, so that the waiter leaves there and then.
        """

    def sleep(self, machine: Machine, waiter: Waiter) -> Awaitable[Any]:
        """Suspend the running task until ``wake`` is called for *waiter*, and return no earlier.

        If the task is cancelled meanwhile, raise.  What ``wake`` has to know of the task is kept
        in ``waiter.handle``.
        """

    def sleep_shielded(self, machine: Machine, waiter: Waiter) -> Awaitable[BaseException | None]:
        """As ``sleep``, but outlast cancellations; return the last one to raise later.

        None if there was none, or if the loop itself keeps it for later.
        """

    def comes_again(self, error: BaseException) -> bool:
        """Will this cancellation show again at the next checkpoint, if it is not raised now?

        If so, a monitor's wait that was notified before is served; one whose task was cancelled
        before that must have left the line by then.  On a loop that cancels once, return False, and
        the notification goes to the next; or put the cancellation back, so that the task meets it
        at its next checkpoint, and return True.
        """

    def wake(self, machine: Machine, settled: Settled, /) -> None:
        """Resume the tasks behind *settled*, in this order; run none of them now.

        A waiter whose ``handle`` is None is that of a task that is awake: skip it.  Unless waiters
        are prompt, one whose task has a cancellation under way has to leave the *machine*, and
        whom that settles is woken in turn.
        """

    def checkpoint(self) -> Awaitable[Any]:
        """Yield to the loop once, after a wait that succeeded at once."""

    def surface_cancellation(self) -> Awaitable[Any]:
        """Raise a cancellation that is pending for the running task."""

    def arm(self, machine: Machine, waiter: Waiter) -> Any:
        """See to it that ``machine.expire(waiter)`` is called at its deadline, and those woken
        whom it returns.

        It may do nothing where ``sleep`` minds ``waiter.deadline`` itself.
        """

    def disarm(self, entry: Any) -> None:
        """What ``arm`` returned is no longer wanted."""
