"""Trio as a host of the coroutine shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import trio

from toro_core import PromptWaiter, State, Waiter
from toro_core.machines import Machine

from ._alarm import alarm_of_this_run
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
        waiter.handle = trio.lowlevel.current_task()

        def abort(_raise_cancel: Callable[[], Any]) -> trio.lowlevel.Abort:
            if waiter.state is not State.WAITING:  # it is on its way to a condition's lock
                return trio.lowlevel.Abort.FAILED
            wake(machine, machine.leave(waiter))
            return trio.lowlevel.Abort.SUCCEEDED

        return trio.lowlevel.wait_task_rescheduled(abort)

    async def sleep_shielded(self, machine: Machine, waiter: Waiter) -> None:
        with trio.CancelScope(shield=True):
            await self.sleep(machine, waiter)

    def comes_again(self, error: BaseException) -> bool:
        return False  # one that would is not raised: see abort() above

    def checkpoint(self) -> Awaitable[None]:
        return trio.lowlevel.cancel_shielded_checkpoint()

    def surface_cancellation(self) -> Awaitable[None]:
        return trio.lowlevel.checkpoint_if_cancelled()

    def arm(self, machine: Machine, waiter: Waiter) -> Any:
        return alarm_of_this_run().add(machine, waiter)

    def disarm(self, entry: Any) -> None:
        alarm, deadline = entry
        alarm.discard(deadline)


def _nothing() -> None:
    """Asking a run to do nothing tells whether it still runs."""


HOST = TrioHost()
