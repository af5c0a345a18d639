"""Starting tasks, with a group that waits for them or without."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from ._describe import OF_GROUP
from ._errors import Cancelled
from ._scopes import CancelScope
from ._state import current_loop, current_task
from ._task import Task
from ._waits import park, unpark

__all__ = ["TaskGroup", "create_task_group", "spawn"]

Body = Callable[..., Awaitable[Any]]


def spawn(body: Body, *args: Any, name: str | None = None, daemon: bool = False) -> Task:
    """Start ``body(*args)`` as a task of its own; nobody waits for it unless they ``join`` it.

    If it fails and nobody joins it, the run fails.  A *daemon* may still wait when main has
    returned: it is dropped then, where another would be reported.
    """
    return current_loop().start(body, args, name=name, daemon=daemon)


def create_task_group() -> TaskGroup:
    """A group for ``async with``: the block does not end before the tasks in it."""
    return TaskGroup()


class TaskGroup:
    """Tasks that end before the ``async with`` block does.

    If one fails, or the body does, the others are cancelled, and the block raises an
    ExceptionGroup of what failed.  ``cancel_scope.cancel()`` ends them all.
    """

    __slots__ = ("_children", "_errors", "_waiting", "cancel_scope")

    def __init__(self) -> None:
        self.cancel_scope: CancelScope = CancelScope()
        self._children: dict[Task, None] = {}
        self._errors: list[BaseException] = []
        self._waiting: Task | None = None  # the parent, when it waits at the end of the block

    def start_soon(self, body: Body, *args: Any, name: str | None = None) -> Task:
        """Start ``body(*args)`` as a task of this group."""
        if self.cancel_scope._task is None:
            raise RuntimeError("a task group starts tasks inside its `async with` block")
        task = current_loop().start(body, args, name=name, group=self)
        self._children[task] = None
        return task

    async def __aenter__(self) -> Self:
        self.cancel_scope.__enter__()
        self.cancel_scope._opens_group()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if error is not None:
            self.cancel_scope.cancel()
        cancelled = await self._wait_for_children()
        if error is not None and not isinstance(error, Cancelled):
            self._errors.append(error)
        try:
            return self._leave(error if isinstance(error, Cancelled) else cancelled)
        finally:
            self._errors = []

    def _leave(self, cancelled: Cancelled | None) -> bool:
        scope = self.cancel_scope
        if self._errors:
            scope.__exit__(None, None, None)
            raise BaseExceptionGroup("tasks of a group failed", self._errors) from None
        swallowed = scope.__exit__(None if cancelled is None else Cancelled, cancelled, None)
        if cancelled is not None and not swallowed:
            raise cancelled
        return True

    async def _wait_for_children(self) -> Cancelled | None:
        """Wait for them to end; a cancellation meanwhile cancels them and goes on later."""
        cancelled = None
        try:
            await self._wait()
        except Cancelled as error:
            cancelled = error
            self.cancel_scope.cancel()
            with CancelScope(shield=True):
                await self._wait()
        return cancelled

    async def _wait(self) -> None:
        while self._children:
            self._waiting = current_task()
            try:
                await park(OF_GROUP)
            finally:
                self._waiting = None

    def _child_ended(self, task: Task, error: BaseException | None) -> None:
        del self._children[task]
        task.joined = True
        if error is not None:
            self._errors.append(error)
            self.cancel_scope.cancel()
        if not self._children and self._waiting is not None and self._waiting.parked:
            unpark(self._waiting)

    def __repr__(self) -> str:
        return f"<TaskGroup {len(self._children)} tasks>"
