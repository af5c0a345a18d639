"""Cancel scopes and timeouts."""

from __future__ import annotations

import math
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ._errors import Cancelled
from ._state import current_loop, current_task, running

if TYPE_CHECKING:
    from ._loop import Loop
    from ._task import Task

__all__ = ["CancelScope", "fail_after", "move_on_after"]


class CancelScope:
    """A part of a task, with all tasks started in it, that can be cancelled.

    When you want it: ``with CancelScope() as scope:`` and, from anywhere, ``scope.cancel()``.
    The body ends with ``Cancelled`` at the await where it is, and the ``with`` block swallows
    that; ``cancelled_caught`` tells afterwards.  *deadline* is a point on the virtual clock at
    which it is cancelled by itself.  With *shield* the body does not see cancellations from
    outside.
    """

    __slots__ = (
        "_has_groups",
        "_parent",
        "_task",
        "_timer",
        "cancel_called",
        "cancelled_caught",
        "deadline",
        "shield",
    )

    def __init__(self, *, deadline: float = math.inf, shield: bool = False) -> None:
        self.deadline: float = deadline
        self.shield: bool = shield
        self.cancel_called: bool = False
        self.cancelled_caught: bool = False
        self._parent: CancelScope | None = None
        self._task: Task | None = None
        self._timer: Any = None
        self._has_groups = False  # may other tasks than _task be in it?

    @classmethod
    def _of_task(cls, task: Task, parent: CancelScope | None) -> CancelScope:
        """The outermost scope of *task*, whose group is in *parent*."""
        scope = cls()
        scope._task = task
        scope._parent = parent
        return scope

    def __enter__(self) -> Self:
        task = current_task()
        if self._task is not None:
            raise RuntimeError("a CancelScope can be entered once; make another")
        self._task = task
        self._parent = task.scope
        task.scope = self
        if self.deadline != math.inf:
            self._timer = task.loop.call_at(self.deadline, self.cancel)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        task = self._task
        assert task is not None
        assert self._parent is not None
        if task.scope is self:
            task.scope = self._parent
        if self._timer is not None:
            task.loop.forget(self._timer)
        if isinstance(error, Cancelled) and error.scope is self:
            self.cancelled_caught = True
            return True
        return False

    def cancel(self) -> None:
        """Cancel what is in it.  May be called from any task, and more than once."""
        if not self.cancel_called:
            self.cancel_called = True
            loop = running.loop
            if loop is not None:
                loop.scope_cancelled(self)

    def _opens_group(self) -> None:
        """Tasks will be started in it, and so in those around it."""
        scope: CancelScope | None = self
        while scope is not None and not scope._has_groups:
            scope._has_groups = True
            scope = scope._parent

    def __repr__(self) -> str:
        return f"<CancelScope{' cancelled' if self.cancel_called else ''}>"


def pending(task: Task, loop: Loop) -> CancelScope | None:
    """The outermost cancelled scope that *task* is in and has not been told of."""
    found = None
    scope: CancelScope | None = task.scope
    while scope is not None:
        if scope.cancel_called and (loop.like_trio or scope not in task.delivered):
            found = scope
        if scope.shield:
            break
        scope = scope._parent
    return found


def move_on_after(seconds: float, *, shield: bool = False) -> CancelScope:
    """A scope that is cancelled *seconds* of virtual time from now."""
    return CancelScope(deadline=current_loop().now + seconds, shield=shield)


class fail_after:  # used like a function
    """``with fail_after(seconds):`` raises TimeoutError if the body has not ended by then."""

    __slots__ = ("_scope",)

    def __init__(self, seconds: float, *, shield: bool = False) -> None:
        self._scope = move_on_after(seconds, shield=shield)

    def __enter__(self) -> CancelScope:
        return self._scope.__enter__()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._scope.__exit__(exc_type, error, traceback):
            raise TimeoutError("the body of `with fail_after(…)` took too long") from error
