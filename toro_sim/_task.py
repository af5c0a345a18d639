"""A task: a coroutine, and all that the loop knows of it."""

from __future__ import annotations

import contextvars
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from ._errors import TaskCancelled
from ._scopes import CancelScope
from ._waits import park, unpark

if TYPE_CHECKING:
    from ._groups import TaskGroup
    from ._loop import Loop

__all__ = ["Task"]


class Task:
    """What ``spawn`` and ``start_soon`` return.

    ``number`` counts tasks in the order in which they were started, main being 0; schedules
    speak of them by it.
    """

    __slots__ = (
        "__weakref__",
        "_exception",
        "_joiners",
        "_result",
        "abort",
        "awaits",
        "cancelled",
        "context",
        "coro",
        "daemon",
        "delivered",
        "done",
        "error",
        "group",
        "interruptible",
        "joined",
        "loop",
        "name",
        "number",
        "own_scope",
        "parked",
        "scope",
        "value",
    )

    def __init__(
        self,
        loop: Loop,
        coro: Coroutine[Any, Any, Any],
        number: int,
        name: str,
        group: TaskGroup | None,
        daemon: bool,
    ) -> None:
        self.loop: Loop = loop
        self.coro: Coroutine[Any, Any, Any] = coro
        self.number: int = number
        self.name: str = name
        self.group: TaskGroup | None = group
        self.daemon: bool = daemon
        self.context: contextvars.Context = contextvars.copy_context()
        self.done: bool = False
        self.cancelled: bool = False
        self.joined: bool = False  # has somebody taken notice of how it ended?
        # While it does not run it is parked, or in loop.ready with what it will be told.
        self.parked: bool = False
        # May a cancellation replace what it will be told?
        self.interruptible: bool = not loop.like_trio
        self.awaits: Any = None  # what it waits for, for people to read
        self.abort: Any = None  # called when a cancellation is to end its wait; see park
        self.value: Any = None
        self.error: BaseException | None = None
        # Cancel scopes, the innermost first, and those it has been told of.
        self.own_scope: CancelScope = CancelScope._of_task(
            self, None if group is None else group.cancel_scope
        )
        self.scope: CancelScope = self.own_scope
        self.delivered: tuple[CancelScope, ...] = ()
        self._result: Any = None
        self._exception: BaseException | None = None
        self._joiners: list[Task] = []

    def cancel(self) -> None:
        """Cancel it: ``Cancelled`` is raised at the await where it is, or at its next one.

        Like asyncio, a second call cancels it again; like Trio, once is for good.
        """
        if not self.done:
            scope = self.own_scope
            self.delivered = tuple(other for other in self.delivered if other is not scope)
            scope.cancel_called = True
            self.loop.scope_cancelled(scope)

    async def join(self) -> Any:
        """Wait until it has ended; return its result, or raise its exception.

        TaskCancelled if it was cancelled.  If the caller is cancelled, the task runs on.
        """
        self.joined = True
        if not self.done:
            me = self.loop.current
            assert me is not None
            self._joiners.append(me)
            await park(("end of", self), lambda: self._joiners.remove(me))
        if self.cancelled:
            raise TaskCancelled(f"{self!r} was cancelled and has no result")
        if self._exception is not None:
            raise self._exception
        return self._result

    @property
    def exception(self) -> BaseException | None:
        """What it raised, once it has ended; None otherwise."""
        return self._exception

    def take_value(self) -> Any:
        """What it was woken with, to be forgotten here."""
        value, self.value = self.value, None
        return value

    def take_error(self) -> BaseException:
        """What it will see raised, to be forgotten here."""
        error, self.error, self.value = self.error, None, None
        assert error is not None
        return error

    def _end(self, value: Any, error: BaseException | None, cancelled: bool) -> None:
        self.done = True
        self.parked = False
        self.context = contextvars.Context()  # it may outlive what was in its own
        self.cancelled = cancelled
        self._result = value
        self._exception = None if cancelled else error
        joiners, self._joiners = self._joiners, []
        for task in joiners:
            if task.parked:
                unpark(task)
        if self.group is not None:
            self.group._child_ended(self, self._exception)

    def __repr__(self) -> str:
        if self.done:
            state = "cancelled" if self.cancelled else "done"
        else:
            state = "waiting" if self.parked else "ready"
        return f"<Task {self.number} {self.name!r} {state}>"
