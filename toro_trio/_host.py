"""Trio as a host of the coroutine shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import trio

from toro_core import PromptWaiter, State, Waiter
from toro_core.machines import Machine

from ._wake import wake

__all__ = ["HOST", "TrioHost"]


class TrioHost:
    """Sleeping is ``wait_task_rescheduled``: once rescheduled, a task cannot be cancelled.

    So grants need never be undone, and granting and collecting are one step.
    """

    checkpoints = True
    cancellations: tuple[type[BaseException], ...] = (trio.Cancelled,)

    wake = staticmethod(wake)
    waiter = PromptWaiter

    def home(self) -> trio.lowlevel.TrioToken | None:
        try:
            return trio.lowlevel.current_trio_token()
        except RuntimeError:
            return None

    def is_gone(self, home: trio.lowlevel.TrioToken) -> bool:
        try:
            home.run_sync_soon(_nothing)
        except trio.RunFinishedError:
            return True
        return False

    def check_caller(self, home: trio.lowlevel.TrioToken | None) -> None:
        if home is not None and self.home() is not home:
            raise RuntimeError(
                "tasks that wait here belong to another Trio run, or this is not its thread;"
                " hand the call over with trio.from_thread.run_sync(…)"
            )

    def now(self) -> float:
        return trio.current_time()

    def sleep(self, machine: Machine, waiter: Waiter) -> Awaitable[Any]:
        if waiter.deadline is None:
            return _sleep(machine, waiter, None)
        return self._sleep_until(waiter.deadline, machine, waiter)

    async def _sleep_until(self, deadline: float, machine: Machine, waiter: Waiter) -> None:
        with trio.CancelScope(deadline=deadline) as scope:
            await _sleep(machine, waiter, scope)

    async def sleep_shielded(self, machine: Machine, waiter: Waiter) -> None:
        with trio.CancelScope(shield=True):
            await self.sleep(machine, waiter)

    def comes_again(self, error: BaseException) -> bool:
        return False  # one that would is not raised: see abort() above

    def checkpoint(self) -> Awaitable[None]:
        return trio.lowlevel.cancel_shielded_checkpoint()

    def surface_cancellation(self) -> Awaitable[None]:
        return trio.lowlevel.checkpoint_if_cancelled()

    def arm(self, machine: Machine, waiter: Waiter) -> None:
        """Sleeping minds the deadline, in a scope of its own.

        One heap and one task for all the deadlines of a run would cost a third, but it would
        be a task that nobody started.
        """

    def disarm(self, entry: None) -> None:
        """The scope is gone when the sleep is over."""


def _sleep(machine: Machine, waiter: Waiter, scope: trio.CancelScope | None) -> Awaitable[Any]:
    """Sleep until rescheduled; *scope* is cancelled by nothing but the waiter's deadline."""
    waiter.handle = trio.lowlevel.current_task()

    def abort(_raise_cancel: Callable[[], Any]) -> trio.lowlevel.Abort:
        if waiter.state is not State.WAITING:  # it is on its way to a condition's lock
            return trio.lowlevel.Abort.FAILED
        waiter.handle = None  # Trio itself wakes the task
        expired = scope is not None and scope.cancel_called
        wake(machine, machine.expire(waiter) if expired else machine.leave(waiter))
        return trio.lowlevel.Abort.SUCCEEDED

    return trio.lowlevel.wait_task_rescheduled(abort)


def _nothing() -> None:
    """Asking a run to do nothing tells whether it still runs."""


HOST = TrioHost()
