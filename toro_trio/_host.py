"""Trio as a host of the coroutine shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import trio
from trio.lowlevel import current_trio_token

from toro_core import PromptWaiter, State, Waiter
from toro_core._describe import loop_name
from toro_core.machines import Machine

from ._wait import abort, now, turn, wait
from ._wake import wake

__all__ = ["HOST", "TrioHost", "home"]


class TrioHost:
    """Sleeping is ``wait_task_rescheduled``: once rescheduled, a task cannot be cancelled.

    So grants need never be undone, and granting and collecting are one step.
    """

    checkpoints = True
    cancellations: tuple[type[BaseException], ...] = (trio.Cancelled,)

    waiter = PromptWaiter

    def __init__(self) -> None:
        # On the instance, where looking them up costs 30 ns less than a static method does.
        self.home = home
        self.wake = wake
        self.wait = wait
        self.turn = turn
        self.now = now
        self.surface_cancellation = trio.lowlevel.checkpoint_if_cancelled
        self.checkpoint = trio.lowlevel.cancel_shielded_checkpoint

    def is_gone(self, home: trio.lowlevel.TrioToken) -> bool:
        try:
            home.run_sync_soon(_nothing)
        except (trio.RunFinishedError, OSError):  # the latter after a crash of Trio itself
            return True
        return False

    def check_caller(self, home: trio.lowlevel.TrioToken) -> None:
        raise RuntimeError(
            f"in use on the run of {loop_name(home)}, which is in another thread;"
            " hand the call over with trio.from_thread.run_sync(…)"
        )

    def sleep(self, machine: Machine, waiter: Waiter) -> Awaitable[Any]:
        if waiter.deadline is not None:
            return self._sleep_until(waiter.deadline, machine, waiter)
        waiter.handle = trio.lowlevel.current_task()
        return trio.lowlevel.wait_task_rescheduled(partial(abort, machine, waiter, None))

    async def _sleep_until(self, deadline: float, machine: Machine, waiter: Waiter) -> None:
        waiter.handle = trio.lowlevel.current_task()
        with trio.CancelScope(deadline=deadline) as scope:
            await trio.lowlevel.wait_task_rescheduled(partial(abort, machine, waiter, scope))
        if scope.cancelled_caught:
            waiter.state = State.EXPIRED

    async def sleep_shielded(self, machine: Machine, waiter: Waiter) -> None:
        # No shield, which KeyboardInterrupt does not heed.
        waiter.handle = trio.lowlevel.current_task()
        await trio.lowlevel.wait_task_rescheduled(_never)

    def comes_again(self, error: BaseException) -> bool:
        return False  # one that would is not raised: see abort()

    def arm(self, machine: Machine, waiter: Waiter) -> None:
        """Sleeping minds the deadline, in a scope of its own.

        One heap and one task for all the deadlines of a run would cost a third, but it would
        be a task that nobody started.
        """

    def disarm(self, entry: None) -> None:
        """The scope is gone when the sleep is over."""


def home() -> trio.lowlevel.TrioToken | None:
    """The token of the running run; None outside of any."""
    try:
        return current_trio_token()
    except RuntimeError:
        return None


def _never(_raise_cancel: Callable[[], Any]) -> trio.lowlevel.Abort:
    """Nothing ends this sleep; whatever tried to shows at the next checkpoint."""
    return trio.lowlevel.Abort.FAILED


def _nothing() -> None:
    """Asking a run to do nothing tells whether it still runs."""


HOST = TrioHost()
