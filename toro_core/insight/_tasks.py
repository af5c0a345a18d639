"""Which task runs, whatever the loop, found without importing any.

A loop is asked only if the program has imported it, as ``sniffio`` does.
"""

from __future__ import annotations

import math
import sys
import weakref
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._state import Hold, Wait

__all__ = ["Who", "cancelled_by_a_timer", "current_task", "effective_deadline", "reference"]


class Who:
    """What is known of a task, and outlives it."""

    __slots__ = ("__weakref__", "_name", "ended", "holds", "number", "task", "waiting")

    def __init__(self, number: int, task: Any) -> None:
        self.number: int = number
        self.task: Callable[[], Any] = reference(task)
        self._name = f"task {number}"
        self.ended: bool = False
        self.holds: list[Hold] = []  # in the order in which they were acquired
        # Weak: a wait leads to its task, and whoever is in the way of a task that nobody else
        # knows any more must not keep it.
        self.waiting: Callable[[], Wait | None] = _nothing

    @property
    def name(self) -> str:
        """The task's name, the last that was seen once it is gone."""
        task = self.task()
        if task is not None:
            get_name = getattr(task, "get_name", None)
            self._name = str(task.name if get_name is None else get_name())
        return self._name

    def end(self) -> None:
        self.ended = True
        self._name = self.name  # it can still be asked


def reference(task: Any, gone: Callable[[Any], object] | None = None) -> Callable[[], Any]:
    """A weak one, if there can be any; else it lasts until the task ends."""
    try:
        return weakref.ref(task, gone)
    except TypeError:
        return lambda: task


def _nothing() -> None:
    return None


def current_task() -> Any:
    """The task that runs in this thread; None outside of any."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():
        return trio.lowlevel.current_task()
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None and asyncio._get_running_loop() is not None:
        return None if _in_gen_coroutine() else asyncio.current_task()
    sim = sys.modules.get("toro_sim._state")
    loop = None if sim is None else sim.running.loop
    return None if loop is None else loop.current


def _in_gen_coroutine() -> bool:
    """Does one of Tornado's generators run?  It may have been begun by a task, and is none."""
    if "tornado.gen" not in sys.modules:
        return False
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__")
        if module == "tornado.gen":
            return True
        if module == "asyncio.events":
            return False
        frame = frame.f_back
    return False


def effective_deadline() -> float:
    """When cancel scopes around the running task will end what it does; infinite if never."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():
        return float(trio.current_effective_deadline())
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None and asyncio._get_running_loop() is not None:
        anyio = sys.modules.get("anyio")
        if anyio is None or asyncio.current_task() is None:
            return math.inf
        return float(anyio.current_effective_deadline())
    scope = getattr(current_task(), "scope", None)
    deadline = math.inf
    while scope is not None:
        deadline = min(deadline, scope.deadline)
        scope = None if scope.shield else scope._parent
    return deadline


def cancelled_by_a_timer(tasks: set[Any]) -> bool:
    """Will an ``asyncio.timeout`` end what one of *tasks* does?

    No loop tells; but every such block that is entered is an object that knows its task.
    Looking at all objects takes milliseconds, so this is asked only when all else says that
    there is a deadlock.
    """
    timeouts = sys.modules.get("asyncio.timeouts")
    if timeouts is None:
        return False
    import gc

    return any(
        each._task in tasks and each.when() is not None
        for each in gc.get_objects()
        if type(each) is timeouts.Timeout
    )
