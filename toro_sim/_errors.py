"""What the simulator raises.

::

    BaseException
    ├── Cancelled                     thrown into a task at the await where it is cancelled
    └── Exception
        ├── TaskCancelled             the task that was joined has no result: it was cancelled
        ├── AssertionError
        │   └── ScheduleFailed        the test fails under a schedule that was found
        └── RuntimeError
            ├── Deadlock              all tasks wait and no timer is set
            ├── Leftover              main has returned and tasks wait for ever
            ├── StillHeld             the run is over and somebody holds a lock
            ├── Endless               more steps than ``max_steps``
            ├── NotSimulated          the program awaited or called something real
            └── NonDeterministic      the same choices led somewhere else
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._scopes import CancelScope

__all__ = [
    "Cancelled",
    "Deadlock",
    "Endless",
    "Leftover",
    "NonDeterministic",
    "NotSimulated",
    "ScheduleFailed",
    "StillHeld",
    "TaskCancelled",
    "explain",
]


class Cancelled(BaseException):
    """The task is cancelled; let it pass, after cleaning up.

    ``scope`` is the cancel scope that will catch it.
    """

    def __init__(self, scope: CancelScope | None = None) -> None:
        super().__init__()
        self.scope = scope


class TaskCancelled(Exception):
    """The task that was joined was cancelled, and so has no result."""


class ScheduleFailed(AssertionError):
    """A schedule was found under which the program fails; the cause is its own error."""


class Deadlock(RuntimeError):
    """Every task waits for another, and no timer is set."""


class Leftover(RuntimeError):
    """The main task has returned, and other tasks wait for something that cannot come."""


class StillHeld(RuntimeError):
    """The run is over, and a lock is held or a permit has not come back."""


class Endless(RuntimeError):
    """The run did not end within the number of steps it was given."""


class NotSimulated(RuntimeError):
    """The program awaited, or called, something that only the real world can do."""


class NonDeterministic(RuntimeError):
    """A run did not repeat itself, although every choice was the same."""


def explain(error: BaseException) -> str:
    """An error in a few words, a group by what is in it."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(explain(leaf) for leaf in error.exceptions)
    return f"{type(error).__name__}: {error}".rstrip(": ")
