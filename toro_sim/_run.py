"""Running a program once, in the order in which its tasks become ready."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from ._loop import Loop
from ._refuse import guard_against_the_real_world
from ._schedule import Like

__all__ = ["run"]

T = TypeVar("T")


def run(
    main: Callable[..., Awaitable[T]], *args: Any, like: Like = "asyncio", max_steps: int = 100_000
) -> T:
    """Run ``main(*args)`` on a loop with virtual time; return its result.

    When you want it: to run a test at once that sleeps for hours, the same way every time.

    *like* chooses whose cancellations it has:

    - ``"asyncio"``: a cancellation is raised once, at the await where the task is, and undoes a
      grant that the task has not seen yet.  A wait that succeeds at once does not yield.
    - ``"trio"``: a cancelled scope raises at every await in it.  A task that was woken keeps
      what it was woken with.  Every waiting method is a checkpoint.

    Raises what main raises; Deadlock if all tasks wait and no timer is set; Leftover if main
    returns and other tasks wait for ever; Endless after *max_steps* steps; NotSimulated at a
    call or an await that only the real world could serve.
    """
    loop = Loop(like, None, max_steps)
    guard_against_the_real_world(loop)
    result: T = loop.run(main, *args)
    return result
