"""The awaits that everything else is made of: park, checkpoint, sleep."""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NoReturn

from ._state import current_loop, current_task

if TYPE_CHECKING:
    from ._task import Task

__all__ = [
    "PARK",
    "checkpoint",
    "current_time",
    "now",
    "park",
    "pause",
    "settle",
    "shielded_checkpoint",
    "sleep",
    "sleep_forever",
    "sleep_until",
    "unpark",
]


class _Park:
    """The one thing that a task may yield to the loop."""

    def __repr__(self) -> str:
        return "<park>"


PARK = _Park()


@types.coroutine
def park(
    awaits: Any = "unpark()", abort: Callable[[], object] | None = None
) -> Generator[Any, Any, Any]:
    """Suspend the running task until ``unpark``; return what that was given.

    When you want it: to build a primitive of your own.  *awaits* says in reports what the task
    waits for.  *abort* is called when a cancellation is about to end the wait, before
    ``Cancelled`` is raised here; if it returns False the wait goes on.
    """
    task = current_task()
    task.parked = task.interruptible = True
    task.awaits = awaits
    task.abort = abort
    return (yield PARK)


def unpark(task: Task, value: Any = None) -> None:
    """Let *task*, which is parked, go on with *value* when its turn comes.

    RuntimeError if it is not parked, for instance because it has been cancelled; see ``abort``.
    """
    if task.parked:
        task.parked = False
        task.value = value
        task.interruptible = not task.loop.like_trio
        task.loop.ready.append(task)
    elif not task.loop.closed:
        raise RuntimeError(f"{task!r} is not parked")


@types.coroutine
def pause(interruptible: bool) -> Generator[Any, Any, None]:
    """Suspend the running task until its turn comes again."""
    task = current_task()
    task.awaits = "its turn"
    task.value = None
    task.interruptible = interruptible and not task.loop.like_trio
    task.loop.ready.append(task)
    yield PARK


async def checkpoint() -> None:
    """Let others go first, and notice a cancellation."""
    await pause(True)
    task = current_task()
    if task.loop.like_trio:
        task.loop.raise_if_cancelled(task)


async def shielded_checkpoint() -> None:
    """Let others go first; a cancellation has to wait for the next await."""
    await pause(False)


def current_time() -> float:
    """The virtual time in seconds.  It starts at 0, and moves when all tasks wait."""
    return current_loop().now


now = current_time


async def sleep(seconds: float) -> None:
    """Wait *seconds* of virtual time; of 0 or less, a checkpoint."""
    if seconds > 0:
        await sleep_until(current_loop().now + seconds)
    else:
        await checkpoint()


async def sleep_until(when: float) -> None:
    """Wait until the virtual clock reads *when*."""
    task = current_task()
    loop = task.loop
    if when <= loop.now:
        return await checkpoint()
    timer = None if when == math.inf else loop.call_at(when, unpark, task)
    try:
        await park(("the clock to read", float(when)))
    finally:
        if timer is not None:
            loop.forget(timer)


async def sleep_forever() -> NoReturn:
    """Wait until cancelled."""
    await park("ever")
    raise RuntimeError("a task that sleeps for ever was unparked")


async def settle() -> None:
    """Wait until every other task waits, before the clock is moved on for them.

    When you want it: in a test, to look at a state in which nothing more can happen now.
    """
    task = current_task()
    task.loop.idlers.append(task)
    await park("all others to wait", lambda: task.loop.idlers.remove(task))
